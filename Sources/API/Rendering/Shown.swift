internal import StatuscastModel

/// A record with all that its holes take, for one viewer.
package final class Shown: Sendable {
    let fragment: Fragment
    /// Its author's, as JSON.
    let account: [UInt8]
    let view: StatusView
    let matches: [(filter: Filter, keyword: String)]
    /// The status that it reblogs or tells of.
    let about: Shown?

    init(
        _ fragment: Fragment, account: [UInt8], view: StatusView = StatusView(),
        matches: [(filter: Filter, keyword: String)] = [], about: Shown? = nil
    ) {
        self.fragment = fragment
        self.account = account
        self.view = view
        self.matches = matches
        self.about = about
    }

    func write(viewer: AccountID?, to json: inout JSONWriter, extra: (inout JSONWriter) -> Void = { _ in }) {
        fragment.write(
            account: account, viewer: viewer, view: view, reblog: about, filtered: matches, to: &json, extra: extra)
    }
}
