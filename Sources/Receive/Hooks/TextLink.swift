internal import StatuscastModel

/// An address in a text that a reader could follow.
struct TextLink: Sendable, Hashable {
    /// Lower case, without `www.`, port and user.
    let host: String
    /// From the first `/` on, up to a query; may be empty.
    let path: String

    /// Every `http://` and `https://` in a text, in order.
    static func all(in text: FoldedText) -> [TextLink] {
        var links: [TextLink] = []
        var rest = text.bytes[...]
        let marker = Array("://".utf8)
        while let place = rest.firstRange(of: marker) {
            let before = rest[..<place.lowerBound]
            rest = rest[place.upperBound...]
            guard before.endsWith("http") || before.endsWith("https") else { continue }
            let end = rest.firstIndex { $0 <= 0x20 || Self.enders.contains($0) } ?? rest.endIndex
            if let link = TextLink(address: rest[..<end]) { links.append(link) }
            rest = rest[end...]
        }
        return links
    }

    /// What stands behind `://`. Nil where there is no host.
    init?(address: ArraySlice<UInt8>) {
        let authorityEnd = address.firstIndex { "/?#".utf8.contains($0) } ?? address.endIndex
        var authority = address[..<authorityEnd]
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
        if let colon = authority.firstIndex(of: UInt8(ascii: ":")) { authority = authority[..<colon] }
        while authority.last == UInt8(ascii: ".") { authority = authority.dropLast() }
        if authority.starts(with: "www.".utf8) { authority = authority.dropFirst(4) }
        guard !authority.isEmpty else { return nil }
        host = String(decoding: authority, as: UTF8.self)
        let path = address[authorityEnd...].prefix { !"?#".utf8.contains($0) }
        self.path = String(decoding: path, as: UTF8.self)
    }

    /// Whether it leads to the host, to a host below it, or, where a path is given, to something below that path.
    func leads(to host: String, path: String) -> Bool {
        guard self.host == host || self.host.hasSuffix("." + host) else { return false }
        return path.isEmpty || path == "/" || self.path.hasPrefix(path)
    }

    private static let enders = Set("\"'<>()[]{}|\\^`".utf8)
}

extension ArraySlice<UInt8> {
    fileprivate func firstRange(of pattern: [UInt8]) -> Range<Int>? {
        guard count >= pattern.count else { return nil }
        for start in startIndex...endIndex - pattern.count where self[start] == pattern[0] {
            if self[start..<start + pattern.count].elementsEqual(pattern) { return start..<start + pattern.count }
        }
        return nil
    }

    fileprivate func endsWith(_ text: StaticString) -> Bool {
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        return suffix(bytes.count).elementsEqual(bytes)
    }
}
