internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// The parameters of `update_credentials`: what is there is changed.
enum ProfileForm {
    static func request(_ parameters: RequestParameters, of person: AccountID) -> PeerChangeProfile {
        var request = PeerChangeProfile()
        request.account = person.rawValue
        if let name = parameters["display_name"] { request.displayName = name }
        if let note = parameters["note"] { request.note = note.replacing("\r\n", with: "\n") }
        func flag(_ name: String) -> Bool? { parameters.text(name).map { _ in parameters.flag(name) } }
        if let locked = flag("locked") { request.locked = locked }
        if let bot = flag("bot") { request.bot = bot }
        if let discoverable = flag("discoverable") { request.discoverable = discoverable }
        if let indexable = flag("indexable") { request.indexable = indexable }
        if let privacy = parameters.text("source[privacy]") { request.privacy = privacy }
        if let sensitive = flag("source[sensitive]") { request.sensitive = sensitive }
        if let language = parameters["source[language]"] { request.language = language }
        if let links = links(parameters) { request.links = links }
        return request
    }

    /// Pairs of nothing are left out. Nil where none are spoken of.
    private static func links(_ parameters: RequestParameters) -> PeerProfileLinks? {
        let written = parameters.objects("fields_attributes")
        guard !written.isEmpty else { return nil }
        return .with { list in
            list.links = written.map { fields in
                .with {
                    $0.name = fields["name"] ?? ""
                    $0.value = fields["value"] ?? ""
                }
            }.filter { !$0.name.isEmpty || !$0.value.isEmpty }
        }
    }
}
