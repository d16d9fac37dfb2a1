internal import DurableFiles

/// What the side file of a file of letters says: a line for each entry that is settled, `OFFSET CHECKSUM HOW TIME`.
struct SettledMarks {
    private var settlements: [DeadLetterID: Settlement] = [:]

    /// 64 bytes for each of four million.
    private static let bytesMax = 256 << 20

    init(of name: String, _ names: BoxNames, _ files: any FileSystem) throws(FileError) {
        let path = names.settled(name)
        guard files.exists(path) else { return }
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try files.contents(of: path, limitBytes: Self.bytesMax)
        } catch {
            // Given back between the two looks.
            if error.code == .notFound { return }
            throw error
        }
        // A line without its end is torn.
        for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).dropLast() {
            let parts = String(decoding: line, as: UTF8.self).split(separator: " ")
            guard parts.count >= 4, let id = DeadLetterID("\(name).\(parts[0]).\(parts[1])"),
                let settlement = Settlement(rawValue: String(parts[2]))
            else { continue }
            settlements[id] = settlement
        }
    }

    subscript(id: DeadLetterID) -> Settlement? { settlements[id] }

    static func line(_ id: DeadLetterID, _ settlement: Settlement, unixMilliseconds: UInt64) -> [UInt8] {
        Array("\(id.offset) \(hexadecimal(id.checksum)) \(settlement.rawValue) \(unixMilliseconds)\n".utf8)
    }
}
