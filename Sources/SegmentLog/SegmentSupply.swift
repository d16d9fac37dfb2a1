internal import DurableFiles
internal import Synchronization

/// Where new segments come from and old ones go: spare files for reuse, the next segment made ahead, and the quota.
///
/// All calls may run concurrently; they block on files.
final class SegmentSupply: Sendable {
    private struct State {
        var spares: [(path: String, bytes: Int)]
        var nextSequence: UInt64
        var fileBytes: Int
        var quotaBytes: Int?
    }

    private let directory: String
    private let configuration: SegmentLogConfiguration
    private let files: any FileSystem
    private let fileBytesAtOpening: Int
    private let state: Mutex<State>
    /// The segment made ahead. Locked while one is being made, so that who needs it waits for it.
    private let prepared = Mutex<WritableSegment?>(nil)

    init(
        directory: String, configuration: SegmentLogConfiguration, files: any FileSystem,
        spares: [(path: String, bytes: Int)], nextSequence: UInt64, fileBytes: Int
    ) {
        self.directory = directory
        self.configuration = configuration
        self.files = files
        fileBytesAtOpening = fileBytes
        state = Mutex(
            State(
                spares: spares, nextSequence: nextSequence, fileBytes: fileBytes, quotaBytes: configuration.quotaBytes))
    }

    var quotaBytes: Int? { state.withLock { $0.quotaBytes } }
    var fileBytes: Int { state.withLock { $0.fileBytes } }

    static func segmentPath(_ sequence: UInt64, in directory: String) -> String {
        let digits = String(sequence, radix: 16)
        return directory + "/" + String(repeating: "0", count: 16 - digits.count) + digits + ".seg"
    }

    /// Makes the next segment ahead of its use, zero-filled by one step. An error is left to who needs the segment.
    func prepare() throws(SegmentLogError) {
        let result: Result<Void, SegmentLogError> = prepared.withLock { prepared in
            do throws(SegmentLogError) {
                if prepared == nil { prepared = try make() }
                let first = min(configuration.growthBytes, configuration.segmentBytes)
                try prepared?.grow(through: first, step: configuration.growthBytes, self, isHousekeeping: false)
                return .success(())
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The next segment: its header is durable and so is its name; it has no records.
    func take() throws(SegmentLogError) -> WritableSegment {
        let result: Result<WritableSegment, SegmentLogError> = prepared.withLock { prepared in
            do throws(SegmentLogError) {
                let segment: WritableSegment
                if let ready = prepared { segment = ready } else { segment = try make() }
                prepared = nil
                return .success(segment)
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// Returns a taken segment that was not written to.
    func putBack(_ segment: WritableSegment) { prepared.withLock { $0 = segment } }

    /// Turns the file of a released segment into a spare one, or removes it. On return its name is durably gone.
    func recycle(_ path: String, bytes: Int) throws(SegmentLogError) {
        let isKept = state.withLock {
            $0.spares.count < configuration.spareSegments && bytes <= configuration.segmentBytes
        }
        let spare = String(path.dropLast(4)) + ".spare"
        try SegmentLogError.translating { () throws(FileError) in
            if isKept { try files.rename(path, to: spare) } else { try files.remove(path) }
            try files.syncDirectory(directory)
        }
        state.withLock { state in
            if isKept { state.spares.append((spare, bytes)) } else { state.fileBytes -= bytes }
        }
    }

    func setQuota(bytes: Int?) { state.withLock { $0.quotaBytes = bytes } }

    /// Counts bytes that files are about to grow by; spare files go first when the quota is reached.
    func reserve(_ bytes: Int, isHousekeeping: Bool) throws(SegmentLogError) {
        if !isHousekeeping { try leaveRoom(growing: bytes) }
        let quota = state.withLock { state in
            if state.quotaBytes == nil { state.fileBytes += bytes }
            return state.quotaBytes
        }
        guard let quota else { return }
        let isReserving = !isHousekeeping && quota >= 4 * configuration.segmentBytes
        // Files that were there before the quota may be beyond it: housekeeping must come to the point of removing them.
        let old = fileBytesAtOpening > quota ? fileBytesAtOpening : 0
        let housekeeping = max(quota, old + 2 * configuration.segmentBytes)
        let limit = isHousekeeping ? housekeeping : isReserving ? quota - configuration.segmentBytes : quota
        repeat {
            let fits = state.withLock { state in
                guard state.fileBytes + bytes <= limit else { return false }
                state.fileBytes += bytes
                return true
            }
            if fits { return }
        } while discardSpare()
        throw SegmentLogError(.full, "the quota of \(quota) bytes is reached", path: directory)
    }

    /// Refuses to take room that is kept for others.
    private func leaveRoom(growing bytes: Int) throws(SegmentLogError) {
        let kept = configuration.keepFreeBytes
        guard kept > 0 else { return }
        repeat {
            let room = try SegmentLogError.translating { () throws(FileError) in try files.room(at: directory) }
            if room.freeBytes - bytes >= kept { return }
        } while discardSpare()
        throw SegmentLogError(
            .full, "the last \(kept) free bytes of the disk are kept for other topics", path: directory)
    }

    /// Counts bytes of an index file, which the quota does not keep from being written.
    func count(_ bytes: Int) { state.withLock { $0.fileBytes += bytes } }

    /// Takes back a reservation, or what a removed file had.
    func giveBack(_ bytes: Int) { state.withLock { $0.fileBytes -= bytes } }

    /// Removes a spare file to make room. Returns whether there was one.
    func discardSpare() -> Bool {
        guard let spare = state.withLock({ $0.spares.popLast() }) else { return false }
        do throws(FileError) { try files.remove(spare.path) } catch { return false }
        giveBack(spare.bytes)
        return true
    }

    /// Header first, then the name: a file called `.seg` always has a durable header.
    private func make() throws(SegmentLogError) -> WritableSegment {
        let (sequence, spare) = state.withLock { state in
            defer { state.nextSequence += 1 }
            return (state.nextSequence, state.spares.popLast())
        }
        let path = SegmentSupply.segmentPath(sequence, in: directory)
        let salt = SegmentSalt(value: UInt64.random(in: .min ... .max))
        let header = SegmentHeader(sequence: sequence, salt: salt).encoded()
        if spare == nil { try reserve(header.count, isHousekeeping: true) }
        let source = spare?.path ?? path + ".new"
        do throws(FileError) {
            let file = try files.open(source, spare == nil ? .create : .readWrite)
            try file.write(header, at: 0)
            try file.sync()
            try files.rename(source, to: path)
            try files.syncDirectory(directory)
            return WritableSegment(
                identity: SegmentIdentity(sequence: sequence, salt: salt, path: path), file: file,
                capacity: configuration.segmentBytes, grown: spare?.bytes ?? header.count, files: files)
        } catch {
            discard([source, path], bytes: spare?.bytes ?? header.count)
            throw SegmentLogError(error)
        }
    }

    /// Gets rid of a file that could not be made a segment, under whichever name it has. Left over, the one would be
    /// removed by the next opening; the other would pass for a damaged segment once a later one has records.
    private func discard(_ names: [String], bytes: Int) {
        for name in names { try? files.remove(name) }
        giveBack(bytes)
    }
}
