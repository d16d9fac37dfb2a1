internal import Logging
internal import Mailbox
internal import Peers
internal import StatuscastModel

extension Timelines {
    /// What lies in some mailboxes, as its viewer may see it, for answers that are no plain pages.
    struct Gathered: Sendable {
        /// Newest first.
        var fragments: [Fragment]
        /// The ids that the neighbouring pages begin at.
        var range: (newest: UInt64, oldest: UInt64)?
        var rules: ViewerRules
        var staleness: String?
    }

    /// Throws as `page` does.
    func gathered(
        _ addresses: [Address], _ query: PageQuery, _ call: Call, _ place: ViewerRules.Place,
        keep: @escaping @Sendable (Fragment) -> Bool
    ) async throws(ClientError) -> Gathered {
        guard tombstones.isLoaded else { throw .unavailable("The list of deletes is not loaded yet") }
        let viewer = call.viewer?.account
        let preparations = await prepare(addresses)
        var entry = await rules.entry(for: viewer)
        do {
            var slices: [MailboxFiles.Slice] = []
            for (address, preparation) in zip(addresses, preparations) {
                let request = Request(
                    address: address, query: query, path: call.path, parameters: call.parameters, viewer: viewer,
                    key: nil, route: call.route, scope: .readStatuses, place: place, keep: keep,
                    write: { _, _ in })
                slices.append(try await read(preparation.mailbox.location, request, &entry))
            }
            let slice = MailboxFiles.Slice.merged(slices, limit: query.limit, fromOldest: query.minID != nil)
            return Gathered(
                fragments: slice.fragments, range: slice.range, rules: entry.rules,
                staleness: preparations.compactMap(\.staleness).first)
        } catch {
            logger.error("the mailboxes \(addresses) cannot be read: \(error)")
            throw .unavailable("This timeline cannot be read just now")
        }
    }

    /// Those of the fragments that may be shown to the viewer, with all that they are shown with, in their order.
    func composed(
        _ fragments: [Fragment], _ rules: ViewerRules, for viewer: AccountID, in place: ViewerRules.Place,
        at address: Address
    ) async -> [Shown] {
        let composed = await showing.compose(fragments, for: viewer, rules: rules, in: place)
        return composed.shown.filter { !isHidden($0, composed.accounts, from: viewer, in: address) }
    }
}
