internal import DurableFiles

/// The text files of leases: lines `key=value`, the last one a CRC32 of all before it.
///
/// Lock files are written in place, because the lock is on them: a reader may meet one half written, and sees it by
/// this.
struct SealedText {
    private var fields: [(key: String, value: String)] = []

    init() {}

    /// Nil if the text is not whole.
    init?(_ text: String) {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        guard lines.count >= 2, lines.removeLast().isEmpty, let seal = lines.popLast() else { return nil }
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2 else { return nil }
            fields.append((String(parts[0]), String(parts[1])))
        }
        guard seal == Self.seal(of: body) else { return nil }
    }

    /// The field of that name. Setting replaces or adds it; line breaks in a value become spaces.
    subscript(key: String) -> String? {
        get { fields.first { $0.key == key }?.value }
        set {
            fields.removeAll { $0.key == key }
            guard let newValue else { return }
            fields.append((key, String(newValue.map { $0.isNewline ? " " : $0 })))
        }
    }

    var text: String { body + Self.seal(of: body) + "\n" }

    private var body: String { fields.map { "\($0.key)=\($0.value)\n" }.joined() }

    private static func seal(of body: String) -> String {
        let digits = String(Checksum.crc32(Array(body.utf8)), radix: 16)
        return "crc=" + String(repeating: "0", count: 8 - digits.utf8.count) + digits
    }
}
