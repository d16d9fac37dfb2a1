public import DurableFiles
internal import Glibc
internal import Synchronization

/// A file system in memory that tells page cache from disk and can fail, tear, reorder and lose what was not synced.
///
/// Operations that change something are counted; at a chosen one the machine stops: from then on everything throws,
/// until `losePower` or `killProcess` starts it again with what survived. Files opened before are dead then.
public final class FaultyFiles: FileSystem {
    public enum Operation: Sendable, Hashable {
        case open, write, sync, zeroFill, rename, remove, syncDirectory
    }

    private struct Failure {
        var operation: Operation
        var skip: Int
        var code: FileError.Code
    }

    private struct State {
        var disk: Disk
        var generation = 0
        var operations = 0
        var stopAt: Int?
        var isStopped = false
        var failures: [Failure] = []
        var capacityBytes = Int.max
        var locks: Set<String> = []
    }

    private let state: Mutex<State>

    public init(seed: UInt64) {
        state = Mutex(State(disk: Disk(random: SeededRandom(seed: seed))))
    }

    /// How many changing operations there have been.
    public var operations: Int { state.withLock { $0.operations } }
    public var isStopped: Bool { state.withLock { $0.isStopped } }
    public var usedBytes: Int { state.withLock { $0.disk.usedBytes } }
    public var paths: [String] { state.withLock { $0.disk.names.keys.sorted() } }

    /// Stops the machine at the `count`th changing operation from now; that one is done, done in part, or not.
    public func stop(after count: Int) {
        state.withLock { $0.stopAt = $0.operations + count }
    }

    /// Lets the operation after `skip` more of its kind fail once.
    public func fail(_ operation: Operation, after skip: Int = 0, _ code: FileError.Code) {
        state.withLock { $0.failures.append(Failure(operation: operation, skip: skip, code: code)) }
    }

    public func room(at path: String) throws(FileError) -> (freeBytes: Int, totalBytes: Int) {
        state.withLock { ($0.capacityBytes - $0.disk.usedBytes, $0.capacityBytes) }
    }

    /// Files together may not grow beyond this.
    public func limit(toBytes bytes: Int) {
        state.withLock { $0.capacityBytes = bytes }
    }

    /// Starts again with what was on disk.
    public func losePower() {
        state.withLock { state in
            state.disk.losePower()
            FaultyFiles.restart(&state)
        }
    }

    /// Starts again with what was in the page cache: only the process is gone.
    public func killProcess() {
        state.withLock { FaultyFiles.restart(&$0) }
    }

    /// Changes a byte on disk and in the cache.
    public func flip(_ path: String, at offset: Int, mask: UInt8) {
        state.withLock { state in
            guard let inode = state.disk.names[path] else { return }
            state.disk.inodes[inode]?.cached[offset] ^= mask
            if offset < state.disk.inodes[inode]?.durable.count ?? 0 {
                state.disk.inodes[inode]?.durable[offset] ^= mask
            }
        }
    }

    private static func restart(_ state: inout State) {
        state.generation += 1
        state.isStopped = false
        state.stopAt = nil
        state.failures = []
        state.locks = []
    }

    public func open(_ path: String, _ mode: FileOpenMode) throws(FileError) -> any OpenFile {
        let (inode, generation) = try locked(path, "open") { state -> Result<(Int, Int), FileError> in
            let known = state.disk.names[path]
            switch (mode, known) {
            case (.readOnly, let inode?), (.readWrite, let inode?), (.create, let inode?):
                return .success((inode, state.generation))
            case (.readOnly, nil), (.readWrite, nil):
                return .failure(FileError(code: .notFound, operation: "open", path: path, errno: ENOENT))
            case (.exclusive, .some):
                return .failure(FileError(code: .exists, operation: "open", path: path, errno: EEXIST))
            case (.create, nil), (.exclusive, nil):
                return FaultyFiles.change(&state, .open, path) { disk in disk.create(path) }
                    .map { ($0, state.generation) }
            }
        }
        return FaultyFile(path: path, files: self, inode: inode, generation: generation)
    }

    public func list(_ directory: String) throws(FileError) -> [String] {
        try locked(directory, "list") { state in
            .success(
                state.disk.names.keys.filter { parentDirectory(of: $0) == directory }
                    .map { String($0.dropFirst(directory.count + 1)) }.sorted())
        }
    }

    public func createDirectories(_ path: String) throws(FileError) {}

    public func rename(_ from: String, to: String) throws(FileError) {
        try locked(from, "rename") { state -> Result<Void, FileError> in
            guard state.disk.names[from] != nil else {
                return .failure(FileError(code: .notFound, operation: "rename", path: from, errno: ENOENT))
            }
            return FaultyFiles.change(&state, .rename, from) { $0.change(.rename(from, to)) }
        }
    }

    public func remove(_ path: String) throws(FileError) {
        try locked(path, "remove") { state -> Result<Void, FileError> in
            guard state.disk.names[path] != nil else {
                return .failure(FileError(code: .notFound, operation: "remove", path: path, errno: ENOENT))
            }
            return FaultyFiles.change(&state, .remove, path) { $0.change(.unlink(path)) }
        }
    }

    public func syncDirectory(_ path: String) throws(FileError) {
        try locked(path, "syncDirectory") { state in
            FaultyFiles.change(&state, .syncDirectory, path) { $0.syncDirectory(path) }
        }
    }

    public func exists(_ path: String) -> Bool { state.withLock { $0.disk.names[path] != nil } }

    public func lock(_ path: String) throws(FileError) -> any HeldLock {
        try locked(path, "lock") { state -> Result<Void, FileError> in
            guard state.locks.insert(path).inserted else {
                return .failure(FileError(code: .locked, operation: "lock", path: path))
            }
            return .success(())
        }
        return FaultyLock(files: self, path: path, generation: state.withLock { $0.generation })
    }

    fileprivate func unlock(_ path: String, generation: Int) {
        state.withLock { if $0.generation == generation { $0.locks.remove(path) } }
    }

    private func locked<T: Sendable>(
        _ path: String, _ operation: String, _ body: (inout State) -> Result<T, FileError>
    ) throws(FileError) -> T {
        let result = state.withLock { state -> Result<T, FileError> in
            guard !state.isStopped else { return .failure(FaultyFiles.stopped(operation, path)) }
            return body(&state)
        }
        return try result.get()
    }

    private static func stopped(_ operation: String, _ path: String) -> FileError {
        FileError(code: .system, operation: operation, path: path, detail: "the machine has stopped")
    }

    /// One changing operation: does it, lets it fail, or stops the machine in the middle of it.
    private static func change<T>(
        _ state: inout State, _ operation: Operation, _ path: String,
        partly: ((inout Disk) -> Void)? = nil, _ body: (inout Disk) -> T
    ) -> Result<T, FileError> {
        state.operations += 1
        if let position = state.failures.firstIndex(where: { $0.operation == operation }) {
            if state.failures[position].skip == 0 {
                let failure = state.failures.remove(at: position)
                partly?(&state.disk)
                return .failure(FileError(code: failure.code, operation: "\(operation)", path: path, errno: EIO))
            }
            state.failures[position].skip -= 1
        }
        guard let stopAt = state.stopAt, state.operations >= stopAt else { return .success(body(&state.disk)) }
        state.isStopped = true
        switch Int.random(in: 0..<3, using: &state.disk.random) {
        case 0: break
        case 1: partly?(&state.disk)
        default: _ = body(&state.disk)
        }
        return .failure(stopped("\(operation)", path))
    }

    // What open files do.

    fileprivate func size(_ file: FaultyFile) throws(FileError) -> Int {
        try access(file, "size") { state in .success(state.disk.inodes[file.inode]?.cached.count ?? 0) }
    }

    fileprivate func read(_ file: FaultyFile, at offset: Int, count: Int) throws(FileError) -> ArraySlice<UInt8> {
        try access(file, "read") { state -> Result<ArraySlice<UInt8>, FileError> in
            let content = state.disk.inodes[file.inode]?.cached ?? []
            return .success(content[min(offset, content.count)..<min(offset + count, content.count)])
        }
    }

    fileprivate func write(
        _ file: FaultyFile, _ bytes: UnsafeRawBufferPointer, at offset: Int, as operation: Operation
    ) throws(FileError) {
        try access(file, "write") { state -> Result<Void, FileError> in
            let grows = max(offset + bytes.count - (state.disk.inodes[file.inode]?.cached.count ?? 0), 0)
            guard grows == 0 || state.disk.usedBytes + grows <= state.capacityBytes else {
                return .failure(FileError(code: .full, operation: "\(operation)", path: file.path, errno: ENOSPC))
            }
            let prefix = Int.random(in: 0...bytes.count, using: &state.disk.random)
            return FaultyFiles.change(
                &state, operation, file.path,
                partly: { $0.write(UnsafeRawBufferPointer(rebasing: bytes[..<prefix]), at: offset, to: file.inode) },
                { $0.write(bytes, at: offset, to: file.inode) })
        }
    }

    fileprivate func sync(_ file: FaultyFile) throws(FileError) {
        try access(file, "sync") { state in
            FaultyFiles.change(
                &state, .sync, file.path, partly: { $0.failSync(file.inode) }, { $0.sync(file.inode) })
        }
    }

    fileprivate func truncate(_ file: FaultyFile, to size: Int) throws(FileError) {
        try access(file, "truncate") { state in
            FaultyFiles.change(&state, .write, file.path) { $0.truncate(file.inode, to: size) }
        }
    }

    private func access<T: Sendable>(
        _ file: FaultyFile, _ operation: String, _ body: (inout State) -> Result<T, FileError>
    ) throws(FileError) -> T {
        try locked(file.path, operation) { state in
            guard state.generation == file.generation else {
                return .failure(FaultyFiles.stopped(operation, file.path))
            }
            return body(&state)
        }
    }
}

private final class FaultyLock: HeldLock {
    let files: FaultyFiles
    let path: String
    let generation: Int

    init(files: FaultyFiles, path: String, generation: Int) {
        self.files = files
        self.path = path
        self.generation = generation
    }

    func release() { files.unlock(path, generation: generation) }
}

private final class FaultyFile: OpenFile {
    let path: String
    let files: FaultyFiles
    let inode: Int
    let generation: Int

    init(path: String, files: FaultyFiles, inode: Int, generation: Int) {
        self.path = path
        self.files = files
        self.inode = inode
        self.generation = generation
    }

    func size() throws(FileError) -> Int { try files.size(self) }

    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let bytes = try files.read(self, at: offset, count: buffer.count)
        buffer.copyBytes(from: bytes)
        return bytes.count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(FileError) {
        try files.write(self, bytes, at: offset, as: .write)
    }

    func sync() throws(FileError) { try files.sync(self) }

    func zeroFill(from offset: Int, count: Int) throws(FileError) {
        let zeros = [UInt8](repeating: 0, count: count)
        let result: Result<Void, FileError> = zeros.withUnsafeBytes { buffer in
            do throws(FileError) {
                return .success(try files.write(self, buffer, at: offset, as: .zeroFill))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    func truncate(to size: Int) throws(FileError) { try files.truncate(self, to: size) }

    func close() {}
}
