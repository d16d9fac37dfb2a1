internal import DurableFiles

/// The ids of one file's entries that are settled: `NAME.log.settled`, a line each. Once they make up half of the file,
/// it is written anew without them; so the space of what is settled is at most that of what is not, and 64 KiB.
struct SettledFile {
    private static let worthBytes = 64 << 10
    private static let limitBytes = 64 << 20

    private let logPath: String
    private let stem: String
    private let files: any FileSystem
    private var path: String { logPath + ".settled" }

    init(logPath: String, stem: String, files: any FileSystem) {
        self.logPath = logPath
        self.stem = stem
        self.files = files
    }

    func hashes() throws(FileError) -> Set<String> {
        do throws(FileError) {
            let text = String(decoding: try files.contents(of: path, limitBytes: Self.limitBytes), as: UTF8.self)
            return Set(text.split(separator: "\n").compactMap { $0.split(separator: " ").first.map(String.init) })
        } catch {
            if error.code == .notFound { return [] }
            throw error
        }
    }

    /// Under the lock.
    func settle(_ new: [String], as settlement: DeadLetterSettlement) throws(FileError) {
        let lines = new.map { "\($0) \(settlement.rawValue)\n" }.joined()
        let file = try files.open(path, .create)
        defer { file.close() }
        let size = try file.size()
        try file.write(Array(((try file.endsInsideLine(size) ? "\n" : "") + lines).utf8), at: size)
        try file.sync()
        if size == 0 { try files.syncDirectory(parentDirectory(of: path)) }
        try giveSpaceBack(try hashes())
    }

    /// The log is replaced first: ids of entries that are gone do no harm. Damaged places are kept as they are.
    private func giveSpaceBack(_ settled: Set<String>) throws(FileError) {
        let log = try files.open(logPath, .readOnly)
        defer { log.close() }
        let size = try log.size()
        var gone: [Range<Int>] = []
        var scan = try EntryScan(log, stem: stem)
        scanning: while true {
            switch try scan.next() {
            case .end: break scanning
            case .damage: continue
            case .entry(let found) where settled.contains(found.id.hash): gone.append(found.offset..<found.endOffset)
            case .entry: continue
            }
        }
        let goneBytes = gone.reduce(0) { $0 + $1.count }
        guard goneBytes == size || (goneBytes >= Self.worthBytes && goneBytes * 2 >= size) else { return }
        try rewrite(log, size: size, without: gone)
        try files.remove(path)
        try files.syncDirectory(parentDirectory(of: path))
    }

    private func rewrite(_ log: any OpenFile, size: Int, without gone: [Range<Int>]) throws(FileError) {
        let new = logPath + ".new"
        if files.exists(new) { try files.remove(new) }
        let file = try files.open(new, .exclusive)
        defer { file.close() }
        var end = 0
        var kept = 0
        for range in gone + [size..<size] {
            while end < range.lowerBound {
                let bytes = try log.read(at: end, count: min(1 << 20, range.lowerBound - end))
                try file.write(bytes, at: kept)
                kept += bytes.count
                end += bytes.count
            }
            end = range.upperBound
        }
        try file.sync()
        try files.rename(new, to: logPath)
        try files.syncDirectory(parentDirectory(of: logPath))
    }
}
