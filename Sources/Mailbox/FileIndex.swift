/// Where the records of one mailbox file lie, sorted by id. Files only grow, but for the cutting off of a record
/// that was never whole, so an index is extended and hardly ever made anew.
struct FileIndex: Sendable {
    struct Entry: Sendable {
        let id: UInt64
        /// The offset in the upper 37 bits, the length in the lower 27: files up to 128 GiB.
        private let place: UInt64

        init(id: UInt64, offset: Int, length: Int) {
            self.id = id
            place = UInt64(offset) << 27 | UInt64(length)
        }

        var offset: Int { Int(place >> 27) }
        var length: Int { Int(place & (1 << 27 - 1)) }
    }

    let path: String
    /// Ascending by id; the same id may stand there several times.
    private(set) var entries: [Entry] = []
    /// The file's size when it was last looked at.
    private(set) var size = 0
    /// Where damaged bytes start.
    var damaged: [Int] { damagedMiddle + (damagedEnd.map { [$0] } ?? []) }

    private var damagedMiddle: [Int] = []
    private var damagedEnd: Int?
    private var scanned = 0
    private var inode: UInt64 = 0

    init(path: String) { self.path = path }

    var memoryBytes: Int { 240 + path.utf8.count + entries.capacity * MemoryLayout<Entry>.stride }

    /// True if the file cannot hold anything that the index does not know.
    func isCurrent(size: Int) -> Bool { size == self.size && damagedEnd == nil }

    /// Takes in what the file has gained.
    mutating func extend() throws(ReadFailure) {
        let file = try FileWindow(path: path)
        if file.inode != inode || file.size < scanned {
            self = FileIndex(path: path)
            inode = file.inode
        }
        var new: [Entry] = []
        let scan = try RecordScan(file, from: scanned) { id, offset, record in
            new.append(Entry(id: id, offset: offset, length: record.count))
        }
        merge(new)
        scanned = scan.end
        damagedMiddle += scan.damaged
        damagedEnd = scan.damagedEnd
        size = file.size
    }

    /// The number of entries whose id is below `id`.
    func countBelow(_ id: UInt64) -> Int {
        var low = 0
        var high = entries.count
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].id < id { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private mutating func merge(_ new: [Entry]) {
        let isAscending = zip(new, new.dropFirst()).allSatisfy { $0.id <= $1.id }
        let new = isAscending ? new : new.sorted { $0.id < $1.id }
        guard let first = new.first else { return }
        // Only what lies above the first new id moves, mostly nothing.
        var moved = Array(entries[countBelow(first.id)...])[...]
        entries.removeLast(moved.count)
        for entry in new {
            while let other = moved.first, other.id <= entry.id {
                entries.append(other)
                moved.removeFirst()
            }
            entries.append(entry)
        }
        entries += moved
    }
}
