internal import DurableFiles
internal import Synchronization

/// The file of a segment that takes records, and how far it is zero-filled.
///
/// The writer thread writes and syncs it; growing may run on another thread at the same time.
final class WritableSegment: Sendable {
    let identity: SegmentIdentity
    let file: any OpenFile
    /// Where records end at the latest.
    let capacity: Int
    private let files: any FileSystem
    private let grown: Mutex<Int>

    init(identity: SegmentIdentity, file: any OpenFile, capacity: Int, grown: Int, files: any FileSystem) {
        self.identity = identity
        self.file = file
        self.capacity = capacity
        self.grown = Mutex(grown)
        self.files = files
    }

    var grownBytes: Int { grown.withLock { $0 } }

    /// Makes sure that everything below `need` is allocated, by whole steps. Waits for a growth that is under way.
    ///
    /// It syncs through a descriptor of its own: an error of writing back is reported once to each open file, and the
    /// writer's sync must not miss one because this one has seen it.
    func grow(through need: Int, step: Int, _ supply: SegmentSupply, isHousekeeping: Bool) throws(SegmentLogError) {
        let result: Result<Void, SegmentLogError> = grown.withLock { grown in
            guard grown < need else { return .success(()) }
            let target = max(need, min(capacity, (need + step - 1) / step * step))
            do throws(SegmentLogError) {
                try supply.reserve(target - grown, isHousekeeping: isHousekeeping)
                do throws(SegmentLogError) {
                    try fill(from: grown, to: target, supply)
                } catch {
                    supply.giveBack(target - grown)
                    throw error
                }
                grown = target
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    private func fill(from start: Int, to end: Int, _ supply: SegmentSupply) throws(SegmentLogError) {
        do throws(FileError) {
            try zeroFill(from: start, to: end)
        } catch {
            guard error.code == .full, supply.discardSpare() else { throw SegmentLogError(error) }
            try SegmentLogError.translating { () throws(FileError) in try zeroFill(from: start, to: end) }
        }
    }

    private func zeroFill(from start: Int, to end: Int) throws(FileError) {
        let file = try files.open(identity.path, .readWrite)
        defer { file.close() }
        try file.zeroFill(from: start, count: end - start)
        try file.sync()
    }
}
