internal import HTTPTypes
internal import StatuscastModel

/// What a client wants to post, checked against every limit.
struct PostedStatus: Sendable {
    var text: String
    var spoiler: String
    var visibility: Visibility
    var sensitive: Bool
    var language: String
    var inReplyTo: StatusID?
    var entities: TextEntities

    /// What its author's statuses are like unless they say otherwise.
    struct Defaults: Sendable {
        var visibility = Visibility.public
        var sensitive = false
        var language = ""
    }

    init(_ parameters: RequestParameters, defaults: Defaults = Defaults()) throws(ClientError) {
        text = PostedStatus.withPlainLineEnds(parameters["status"] ?? "")
        spoiler = PostedStatus.withPlainLineEnds(parameters["spoiler_text"] ?? "")
        guard parameters.list("media_ids").isEmpty else { throw .validation("Media attachments are not supported") }
        guard !parameters.pairs.contains(where: { $0.name.hasPrefix("poll[") }) else {
            throw .validation("Polls are not supported")
        }
        guard text.contains(where: { !$0.isWhitespace }) else { throw .validation("Text can't be blank") }
        guard text.count <= Limits.statusCharacters, text.utf8.count <= Limits.statusBytes else {
            throw .validation("Text character limit of \(Limits.statusCharacters) exceeded")
        }
        guard spoiler.count <= Limits.spoilerCharacters, spoiler.utf8.count <= Limits.spoilerBytes else {
            throw .validation("Spoiler text character limit of \(Limits.spoilerCharacters) exceeded")
        }
        guard let visibility = Visibility(name: parameters.text("visibility") ?? defaults.visibility.name) else {
            throw .validation("Visibility is not included in the list")
        }
        self.visibility = visibility
        sensitive = parameters.flag("sensitive", default: defaults.sensitive) || !spoiler.isEmpty
        language = try PostedStatus.language(parameters) ?? defaults.language
        inReplyTo = try PostedStatus.parent(parameters)
        entities = TextEntities(of: text)
        guard entities.mentionedNames.count <= Limits.mentionsPerStatus else {
            throw .validation("Text mentions more than \(Limits.mentionsPerStatus) people")
        }
        guard entities.tags.count <= Limits.tagsPerStatus else {
            throw .validation("Text has more than \(Limits.tagsPerStatus) hashtags")
        }
    }

    static let unknownParent = ClientError(.notFound, "The post you are trying to reply to does not appear to exist.")

    private static func language(_ parameters: RequestParameters) throws(ClientError) -> String? {
        guard let language = parameters.text("language") else { return nil }
        let isCode = language.utf8.allSatisfy { byte in
            byte | 0x20 >= UInt8(ascii: "a") && byte | 0x20 <= UInt8(ascii: "z") || byte == UInt8(ascii: "-")
        }
        guard isCode, language.utf8.count <= Limits.languageBytes else {
            throw .validation("Language is not a language code")
        }
        return language
    }

    private static func parent(_ parameters: RequestParameters) throws(ClientError) -> StatusID? {
        guard let written = parameters.text("in_reply_to_id") else { return nil }
        guard let id = StatusID(written) else { throw unknownParent }
        return id
    }

    private static func withPlainLineEnds(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\r")) else { return text }
        return text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    }
}
