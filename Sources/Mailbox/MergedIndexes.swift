/// The records of several files in order of their ids, each id once with all the places where it lies.
struct MergedIndexes: Sequence, IteratorProtocol {
    struct Copies {
        let id: UInt64
        var places: [(file: Int, entry: FileIndex.Entry)]
    }

    private let files: [FileIndex]
    /// For each file the entries not given out yet.
    private var left: [Range<Int>]
    private let ascending: Bool

    /// Ids strictly between `above` and `below`.
    init(_ files: [FileIndex], below: UInt64?, above: UInt64?, ascending: Bool) {
        self.files = files
        self.ascending = ascending
        left = files.map { file in
            let end = below.map { file.countBelow($0) } ?? file.entries.count
            let start = above.map { $0 == .max ? file.entries.count : file.countBelow($0 + 1) } ?? 0
            return start < end ? start..<end : end..<end
        }
    }

    mutating func next() -> Copies? {
        var id: UInt64?
        for file in files.indices {
            guard let entry = nearest(in: file), id.map({ ascending ? entry.id < $0 : entry.id > $0 }) ?? true else {
                continue
            }
            id = entry.id
        }
        guard let id else { return nil }
        var copies = Copies(id: id, places: [])
        for file in files.indices {
            while let entry = nearest(in: file), entry.id == id {
                copies.places.append((file, entry))
                left[file] = ascending ? left[file].dropFirst() : left[file].dropLast()
            }
        }
        return copies
    }

    private func nearest(in file: Int) -> FileIndex.Entry? {
        (ascending ? left[file].first : left[file].last).map { files[file].entries[$0] }
    }
}
