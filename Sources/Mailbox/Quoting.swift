/// The mboxrd quoting: a line of the form `>*From ` gets one more `>`, so that no line of a body starts a record.
enum Quoting {
    private static let separator = Array("From ".utf8)
    private static let quote = UInt8(ascii: ">")
    private static let newline = UInt8(ascii: "\n")

    /// Appends the body, quoted, and one newline.
    static func append(_ body: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        for line in Array(body).split(separator: newline, omittingEmptySubsequences: false) {
            if startsQuoted(line) { bytes.append(quote) }
            bytes += line
            bytes.append(newline)
        }
    }

    /// The body that `append` was given, from the bytes it appended.
    static func unquoted(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var body: [UInt8] = []
        body.reserveCapacity(bytes.count)
        for line in bytes.dropLast().split(separator: newline, omittingEmptySubsequences: false) {
            if !body.isEmpty || line.startIndex > bytes.startIndex { body.append(newline) }
            body += line.first == quote && startsQuoted(line) ? line.dropFirst() : line
        }
        return body
    }

    private static func startsQuoted(_ line: ArraySlice<UInt8>) -> Bool {
        line.drop { $0 == quote }.starts(with: separator)
    }
}
