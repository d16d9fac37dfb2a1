internal import DurableFiles
internal import Metrics
internal import Settings

/// The room on the filesystems that a process writes to, asked at a scrape, on a thread of its own: a filesystem of the
/// network may hang.
struct DiskGauges: Sendable {
    let places: [(name: String, path: String)]
    private let threads = FileThreads(name: "disk-room", count: 1)

    init(_ kind: ProcessKind, _ data: DataDirectory) {
        let all = [(name: "queue", path: data.queue), ("store", data.store), ("shared", data.shared)]
        places =
            switch kind {
            case .queue: [all[0]]
            case .store: Array(all[1...])
            case .up: all
            default: [all[2]]
            }
    }

    func collect() async {
        let rooms = await threads.run { [places] in
            places.compactMap { place in
                (try? PosixFileSystem().room(at: place.path)).map { (place.name, $0.freeBytes, $0.totalBytes) }
            }
        }
        for (place, free, total) in rooms {
            Meter(label: "statuscast_disk_free_bytes", dimensions: [("place", place)]).set(Double(free))
            Meter(label: "statuscast_disk_size_bytes", dimensions: [("place", place)]).set(Double(total))
        }
    }
}
