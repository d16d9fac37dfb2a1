import DurableFiles
import FaultyFiles
import Glibc
import SegmentLog
import Synchronization
import Testing

@Suite struct UnreadableTests {
    @Test func aDeviceThatCannotBeReadForAWhileIsNoDamage() throws {
        let files = UnreadableFiles()
        let log = try SegmentLog(
            directory: StillLog.directory, configuration: smallSegments(), files: files, usesThreads: false)
        for number in 1...3 as ClosedRange<UInt64> {
            log.append([frame(1, number)]) { _ in }
            log.pump()
        }
        files.failReads(2)
        #expect(try log.read(stream(1), from: 1, maxBytes: 1).compactMap(\.frame) == [frame(1, 1)])
        files.failReads(1_000)
        let error = #expect(throws: SegmentLogError.self) { try log.read(stream(1), from: 2, maxBytes: 1) }
        #expect(error?.code == .temporary)
        files.failReads(0)
        #expect(try everything(of: stream(1), in: log).compactMap(\.frame) == (1...3).map { frame(1, $0) })
        log.close()
    }
}

extension UnreadableTests {
    @Test func aPlaceThatStaysUnreadableIsQuarantinedAndTheRestGoesOn() throws {
        let files = UnreadableFiles()
        var configuration = smallSegments()
        configuration.unreadablePatienceMilliseconds = 0
        let log = try SegmentLog(
            directory: StillLog.directory, configuration: configuration, files: files, usesThreads: false)
        for number in 1...3 as ClosedRange<UInt64> {
            log.append([frame(1, number)]) { _ in }
            log.pump()
        }
        files.failReads(1_000)
        let error = #expect(throws: SegmentLogError.self) { try log.read(stream(1), from: 2, maxBytes: 1) }
        #expect(error?.code == .temporary)
        let lost = try log.read(stream(1), from: 2, maxBytes: 1)
        guard case .quarantined(let number, let text) = lost.first else {
            Issue.record("the frame is not quarantined: \(lost)")
            return
        }
        #expect(number == 2)
        #expect(text.contains("offset"))
        files.failReads(0)
        #expect(try log.read(stream(1), from: 3, maxBytes: 1).compactMap(\.frame) == [frame(1, 3)])
        log.close()
    }
}

/// Files in memory whose next reads fail with `EIO`.
private final class UnreadableFiles: FileSystem {
    fileprivate let failures = Mutex(0)
    private let files = FaultyFiles(seed: 1)

    func failReads(_ count: Int) { failures.withLock { $0 = count } }

    func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> any OpenFile {
        UnreadableFile(file: try files.open(path, mode), files: self)
    }

    func list(_ directory: String) throws(FileError) -> [String] { try files.list(directory) }
    func createDirectories(_ path: String) throws(FileError) { try files.createDirectories(path) }
    func rename(_ from: String, to: String) throws(FileError) { try files.rename(from, to: to) }
    func remove(_ path: String) throws(FileError) { try files.remove(path) }
    func syncDirectory(_ path: String) throws(FileError) { try files.syncDirectory(path) }
    func exists(_ path: String) -> Bool { files.exists(path) }
    func lock(_ path: String) throws(FileError) -> any HeldLock { try files.lock(path) }
}

private final class UnreadableFile: OpenFile {
    private let file: any OpenFile
    private let files: UnreadableFiles

    init(file: any OpenFile, files: UnreadableFiles) {
        self.file = file
        self.files = files
    }

    var path: String { file.path }
    func size() throws(FileError) -> Int { try file.size() }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let fails = files.failures.withLock { left in
            defer { left = max(0, left - 1) }
            return left > 0
        }
        if fails { throw FileError(operation: "pread", path: path, errno: EIO) }
        return try file.read(at: offset, into: buffer)
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) { try file.write(bytes, at: offset) }
    func sync() throws(FileError) { try file.sync() }
    func zeroFill(from offset: Int, count: Int) throws(FileError) { try file.zeroFill(from: offset, count: count) }
    func truncate(to size: Int) throws(FileError) { try file.truncate(to: size) }
    func close() { file.close() }
}
