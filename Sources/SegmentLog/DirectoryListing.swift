internal import DurableFiles

/// The files of a log by what their names say.
struct DirectoryListing {
    private(set) var segments: [(sequence: UInt64, path: String)] = []
    private(set) var spares: [(path: String, bytes: Int)] = []
    /// Files half made, and index files whose segment is gone.
    private(set) var leftovers: [String] = []
    private(set) var highestSequence: UInt64 = 0

    init(_ directory: String, _ files: any FileSystem) throws(FileError) {
        let names = try files.list(directory).sorted()
        let all = Set(names)
        for name in names {
            let path = directory + "/" + name
            guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { continue }
            let stem = String(name[..<dot])
            let sequence = stem.count == 16 ? UInt64(stem, radix: 16) : nil
            switch (name[dot...], sequence) {
            case (".seg", let sequence?):
                segments.append((sequence, path))
            case (".spare", .some):
                let file = try files.open(path, .readOnly)
                spares.append((path, try file.size()))
                file.close()
            case (".index", .some):
                if !all.contains(stem + ".seg") { leftovers.append(path) }
            case (".new", _):
                leftovers.append(path)
            default: continue
            }
            highestSequence = max(highestSequence, sequence ?? 0)
        }
        segments.sort { $0.sequence < $1.sequence }
    }
}
