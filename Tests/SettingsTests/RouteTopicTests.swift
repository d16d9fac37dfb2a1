import Settings
import Testing

struct RouteTopicTests {
    private func load(_ values: [String: String]) throws -> EffectiveSettings {
        try SettingsSources(environment: values).load()
    }

    @Test func everyRouteTopicHasABound() throws {
        let settings = try load([
            "STATUSCAST_RECEIVE_ROUTE_TOPICS": "route.b,route.a", "STATUSCAST_DELIVER_ROUTE_TOPICS": "route.b,route.c",
            "STATUSCAST_QUEUE_TOPIC_QUOTA": "route.c=32MiB,deliver.bulk=1GiB",
        ])
        #expect(settings.routeTopics == ["route.a", "route.b", "route.c"])
        #expect(
            settings.topicQuotas == [
                "route.a": 1 << 30, "route.b": 1 << 30, "route.c": 32 << 20, "deliver.bulk": 1 << 30,
            ])
    }

    @Test(arguments: ["accounts", "route.", "route.A", "route.a,route.a", "route.a b"])
    func whatIsNoRouteTopicIsRefused(written: String) {
        #expect(throws: ConfigurationFaults.self) { try load(["STATUSCAST_RECEIVE_ROUTE_TOPICS": written]) }
    }
}
