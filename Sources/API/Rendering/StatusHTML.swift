internal import StatuscastModel

/// Turns a status's plain text into the HTML that clients show. Everything that is not markup of ours is escaped.
///
/// Blank lines part paragraphs, single line ends become `<br>`, web addresses and tags become links, and names become
/// links if they are among `mentions` (by folded username); others stay plain.
struct StatusHTML {
    private let site: Site
    private let bytes: [UInt8]
    private let entities: [TextEntities.Entity]
    private let mentions: Set<String>
    private var html: [UInt8] = []

    static func render(_ text: String, mentions: [String], site: Site) -> String {
        guard !text.isEmpty else { return "" }
        var renderer = StatusHTML(text, mentions: Set(mentions.map { $0.lowercased() }), site: site)
        return renderer.render()
    }

    /// What stands on one line, without a paragraph around it.
    static func line(_ text: String, site: Site) -> String {
        guard !text.isEmpty else { return "" }
        var renderer = StatusHTML(text, mentions: [], site: site)
        return String(renderer.render().dropFirst("<p>".count).dropLast("</p>".count))
    }

    private init(_ text: String, mentions: Set<String>, site: Site) {
        self.site = site
        self.mentions = mentions
        bytes = Array(text.utf8)
        entities = TextEntities(of: text).entities
        html.reserveCapacity(bytes.count + 64)
    }

    private mutating func render() -> String {
        append("<p>")
        var index = 0
        var next = entities.startIndex
        while index < bytes.count {
            while next < entities.endIndex, entities[next].range.lowerBound < index { next += 1 }
            if next < entities.endIndex, entities[next].range.lowerBound == index {
                append(entities[next])
                index = entities[next].range.upperBound
            } else if let end = webAddressEnd(from: index) {
                appendLink(index..<end)
                index = end
            } else if bytes[index] == UInt8(ascii: "\n") {
                index = appendLineEnds(from: index)
            } else {
                HTMLEscaping.append(bytes[index], to: &html)
                index += 1
            }
        }
        append("</p>")
        return String(decoding: html, as: UTF8.self)
    }

    private mutating func append(_ text: String) { html.append(contentsOf: text.utf8) }

    private mutating func append(_ entity: TextEntities.Entity) {
        switch entity.kind {
        case .tag:
            append(
                "<a href=\"\(site.tagURL(Hashtag.folded(entity.name)))\" class=\"mention hashtag\" rel=\"tag\">#<span>")
            append(HTMLEscaping.escaped(entity.name))
            append("</span></a>")
        case .mention where mentions.contains(entity.name.lowercased()):
            append("<span class=\"h-card\" translate=\"no\"><a href=\"\(site.profileURL(entity.name.lowercased()))\" ")
            append("class=\"u-url mention\">@<span>\(HTMLEscaping.escaped(entity.name))</span></a></span>")
        case .mention:
            append(HTMLEscaping.escaped("@" + entity.name))
        }
    }

    /// One line end, or two and more, which part paragraphs. Answers where the text goes on.
    private mutating func appendLineEnds(from start: Int) -> Int {
        var end = start
        while end < bytes.count, bytes[end] == UInt8(ascii: "\n") { end += 1 }
        append(end - start > 1 ? "</p><p>" : "<br>")
        return end
    }

    private mutating func appendLink(_ range: Range<Int>) {
        let address = HTMLEscaping.escaped(String(decoding: bytes[range], as: UTF8.self))
        append("<a href=\"\(address)\" target=\"_blank\" rel=\"nofollow noopener noreferrer\" translate=\"no\">")
        append(address)
        append("</a>")
    }

    /// The end of the web address that begins here: `http://` or `https://` at the start of a word, up to a space or
    /// a bracket, without punctuation that ends the sentence around it.
    private func webAddressEnd(from start: Int) -> Int? {
        guard bytes[start] == UInt8(ascii: "h"), start == 0 || !StatusHTML.isWord(bytes[start - 1]) else { return nil }
        let scheme = StatusHTML.schemes.first { bytes[start...].starts(with: $0) }
        guard let scheme else { return nil }
        var end = start + scheme.count
        while end < bytes.count, !StatusHTML.endsAddress(bytes[end]) { end += 1 }
        while end > start, StatusHTML.isTrailing(bytes[end - 1]) { end -= 1 }
        return end > start + scheme.count ? end : nil
    }

    private static let schemes = [Array("https://".utf8), Array("http://".utf8)]

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: byte >= 0x80
        }
    }

    private static func endsAddress(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == UInt8(ascii: "<") || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "\"")
    }

    private static func isTrailing(_ byte: UInt8) -> Bool { Array(".,;:!?)'".utf8).contains(byte) }
}

/// Plain text to HTML text.
enum HTMLEscaping {
    static func escaped(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 { append(byte, to: &bytes) }
        return String(decoding: bytes, as: UTF8.self)
    }

    static func append(_ byte: UInt8, to html: inout [UInt8]) {
        switch byte {
        case UInt8(ascii: "&"): html.append(contentsOf: "&amp;".utf8)
        case UInt8(ascii: "<"): html.append(contentsOf: "&lt;".utf8)
        case UInt8(ascii: ">"): html.append(contentsOf: "&gt;".utf8)
        case UInt8(ascii: "\""): html.append(contentsOf: "&quot;".utf8)
        case UInt8(ascii: "'"): html.append(contentsOf: "&#39;".utf8)
        default: html.append(byte)
        }
    }
}
