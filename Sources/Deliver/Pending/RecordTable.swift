/// The records that pending deliveries point at, each once however many mailboxes it goes to.
///
/// A record comes as a slice of its frame and is copied, so that the frame can go: a frame of megabytes would otherwise
/// live as long as one small record of it. Items of several partitions carry the same record: the first is kept.
struct RecordTable {
    struct Record {
        var id: UInt64
        var bytes: ArraySlice<UInt8>
        var references: Int32
        /// Whether `byID` leads here.
        var indexed: Bool
    }

    private(set) var records: [Record] = []
    private var free: [UInt32] = []
    private var byID: [UInt64: UInt32] = [:]
    /// Bytes of all records in use.
    private(set) var bytes = 0
    /// Records seen with the id of another one that is pending, and with other content.
    private(set) var conflicts = 0

    var count: Int { records.count - free.count }

    /// Adds a record or finds the same one, and takes a reference for the caller.
    mutating func retain(id: UInt64, bytes slice: ArraySlice<UInt8>) -> UInt32 {
        var indexed = true
        if let known = byID[id] {
            if records[Int(known)].bytes == slice {
                records[Int(known)].references += 1
                return known
            }
            conflicts += 1
            indexed = false
        }
        let record = Record(id: id, bytes: Array(slice)[...], references: 1, indexed: indexed)
        bytes += slice.count
        let index: UInt32
        if let reused = free.popLast() {
            index = reused
            records[Int(index)] = record
        } else {
            index = UInt32(records.count)
            records.append(record)
        }
        if indexed { byID[id] = index }
        return index
    }

    mutating func retain(_ index: UInt32) { records[Int(index)].references += 1 }

    mutating func release(_ index: UInt32) {
        let position = Int(index)
        records[position].references -= 1
        guard records[position].references == 0 else { return }
        bytes -= records[position].bytes.count
        if records[position].indexed { byID[records[position].id] = nil }
        records[position].bytes = []
        free.append(index)
    }
}
