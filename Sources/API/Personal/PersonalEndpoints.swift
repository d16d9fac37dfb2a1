/// Everything that people keep for themselves, and what they do with what was delivered to them.
struct PersonalEndpoints: Sendable {
    let personal: PersonalFacts
    let scheduled: ScheduledEndpoints
    let timelines: Timelines
    let lookup: StatusLookup
    let accounts: AccountCache
    let rules: ViewerRulesCache
    let store: StoreAccess
    let site: Site

    func add(to routes: Routes) {
        TagEndpoints(personal: personal, site: site).add(to: routes)
        FeaturedTagEndpoints(personal: personal, timelines: timelines, accounts: accounts, site: site).add(to: routes)
        MarkerEndpoints(personal: personal).add(to: routes)
        ListEndpoints(personal: personal, timelines: timelines).add(to: routes)
        ListMemberEndpoints(personal: personal, accounts: accounts, site: site).add(to: routes)
        scheduled.add(to: routes)
        let conversations = Conversations(timelines: timelines, lookup: lookup, personal: personal)
        ConversationEndpoints(
            conversations: conversations, personal: personal, accounts: accounts, timelines: timelines, site: site
        ).add(to: routes)
        NotificationChangeEndpoints(timelines: timelines, personal: personal).add(to: routes)
        GroupedNotificationEndpoints(timelines: timelines, site: site).add(to: routes)
        FirstFilterEndpoints(rules: rules, store: store).add(to: routes)
    }
}
