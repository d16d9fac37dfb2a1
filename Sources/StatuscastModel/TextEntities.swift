/// The mentions and hashtags in a status's text, found once and found the same way by the judge and by the front.
public struct TextEntities: Sendable, Hashable {
    public struct Entity: Sendable, Hashable {
        public enum Kind: Sendable, Hashable { case mention, tag }
        public let kind: Kind
        /// The name without `@` or `#`, as written.
        public let name: String
        /// Where it stands in the UTF-8 text, with its sign.
        public let range: Range<Int>
    }

    public let entities: [Entity]

    /// A name counts only where no letter, digit or `/` stands right before its sign, as in `a@b.example` or a URL.
    public init(of text: String) {
        let bytes = Array(text.utf8)
        var found: [Entity] = []
        var index = 0
        while index < bytes.count {
            let sign = bytes[index]
            let mayStart = index == 0 || !TextEntities.joins(bytes[index - 1])
            guard mayStart, sign == UInt8(ascii: "@") || sign == UInt8(ascii: "#") else {
                index += 1
                continue
            }
            var end = index + 1
            let isTag = sign == UInt8(ascii: "#")
            while end < bytes.count, isTag ? TextEntities.inTag(bytes[end]) : TextEntities.inName(bytes[end]) {
                end += 1
            }
            let name = String(decoding: bytes[index + 1..<end], as: UTF8.self)
            if isTag ? Hashtag.isValid(name) : !name.isEmpty && name.utf8.count <= Limits.usernameCharacters {
                found.append(Entity(kind: isTag ? .tag : .mention, name: name, range: index..<end))
            }
            index = max(end, index + 1)
        }
        entities = found
    }

    /// Folded, in order of appearance, each once.
    public var mentionedNames: [String] { unique(.mention) { $0.lowercased() } }
    public var tags: [String] { unique(.tag, Hashtag.folded) }

    private func unique(_ kind: Entity.Kind, _ fold: (String) -> String) -> [String] {
        var seen: Set<String> = []
        return entities.compactMap { entity in
            let name = fold(entity.name)
            return entity.kind == kind && seen.insert(name).inserted ? name : nil
        }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    private static func joins(_ byte: UInt8) -> Bool { isWord(byte) || byte == UInt8(ascii: "/") || byte >= 0x80 }
    private static func inName(_ byte: UInt8) -> Bool { isWord(byte) }
    private static func inTag(_ byte: UInt8) -> Bool { isWord(byte) || byte >= 0x80 }
}

public enum Hashtag {
    /// The form under which a tag is filed: case does not matter.
    public static func folded(_ name: String) -> String { name.lowercased() }

    /// Letters, digits and underscores of any script, not digits alone, within the limit.
    public static func isValid(_ name: String) -> Bool {
        guard !name.isEmpty, name.utf8.count <= Limits.tagBytes else { return false }
        let scalars = name.unicodeScalars
        guard
            scalars.allSatisfy({
                $0 == "_" || $0.properties.isAlphabetic || $0.properties.numericType != nil
                    || $0.properties.isEmojiModifier || $0.properties.generalCategory == .nonspacingMark
                    || $0.properties.generalCategory == .spacingMark
            })
        else { return false }
        return scalars.contains { $0.properties.isAlphabetic }
    }
}
