public import DurableFiles
public import HashRing
public import Queue
internal import StatuscastModel

/// The snapshots of one look-up: files of their own, each written once and whole, the newest two kept.
///
/// Any number of processes may share the directory: one writes at a time, under a lock; readers need none. All calls
/// block: only on threads of your own.
public struct SnapshotDirectory: Sendable {
    static let suffix = ".snapshot"
    static let temporarySuffix = ".snapshot.new"
    static let asideSuffix = ".snapshot.aside"
    private static let kept = 2

    public let path: String
    private let files: any FileSystem

    public init(path: String, files: any FileSystem = PosixFileSystem()) {
        self.path = path
        self.files = files
    }

    /// The directory of a look-up on the shared filesystem.
    public init(sharedDirectory: String, scope: SnapshotScope, files: any FileSystem = PosixFileSystem()) {
        self.init(path: "\(sharedDirectory)/lookups/\(scope.directoryName)", files: files)
    }

    /// When the newest one was taken; nil where there is none.
    public func newestUnixMilliseconds() -> UInt64? { names().first.flatMap(Self.unixMilliseconds) }

    /// The newest one that can be read, as a look-up like `empty`, which holds nothing yet. Those that are damaged,
    /// foreign or of another version, and those taken behind `ends`, are put aside and told to `onFault`; those that
    /// cannot be read are only told. `ends` is how far the topic reaches, nil where that is not known.
    public func load<Lookup: AccountLookup>(
        _ empty: Lookup, within ends: [PartitionIndex: Cursor]? = nil, onFault: (SnapshotError) -> Void
    ) -> LoadedSnapshot<Lookup>? {
        for name in names() {
            do throws(SnapshotError) {
                return try restore(empty, name, within: ends)
            } catch {
                // Its successor is there and the files are listed anew by whoever comes next.
                guard files.exists("\(path)/\(name)") else { continue }
                var fault = error
                if fault.code != .unreadable { fault.asidePath = putAside(name) }
                onFault(fault)
            }
        }
        return nil
    }

    /// Writes a snapshot and removes what is older than the one before. Answers its path and size once it is durable
    /// under its name; nil where another process is writing one just now.
    public func write<Lookup: AccountLookup>(
        _ lookup: Lookup, cursors: [PartitionIndex: Cursor], unixMilliseconds: UInt64
    ) throws(FileError) -> (path: String, bytes: Int)? {
        try files.createDirectories(path)
        let lock: any HeldLock
        do throws(FileError) { lock = try files.lock("\(path)/lock") } catch {
            if error.code == .locked { return nil }
            throw error
        }
        defer { lock.release() }
        for name in try files.list(path) where name.hasSuffix(Self.temporarySuffix) {
            try files.remove("\(path)/\(name)")
        }
        let name = Self.name(unixMilliseconds)
        let temporary = "\(path)/\(name.dropLast(Self.suffix.count))\(Self.temporarySuffix)"
        let bytes: Int
        do throws(FileError) {
            bytes = try write(lookup, cursors, to: temporary)
            try files.rename(temporary, to: "\(path)/\(name)")
            try files.syncDirectory(path)
        } catch {
            try? files.remove(temporary)
            throw error
        }
        removeOld()
        return ("\(path)/\(name)", bytes)
    }

    private func write<Lookup: AccountLookup>(
        _ lookup: Lookup, _ cursors: [PartitionIndex: Cursor], to path: String
    ) throws(FileError) -> Int {
        let file = try files.open(path, .exclusive)
        defer { file.close() }
        var writer = try SnapshotWriter(file)
        try writer.section(.scope, SnapshotHead(scope: lookup.snapshotScope, cursors: cursors).encoded())
        try lookup.write(to: &writer)
        try writer.end()
        return writer.bytesWritten
    }

    private func restore<Lookup: AccountLookup>(
        _ empty: Lookup, _ name: String, within ends: [PartitionIndex: Cursor]?
    ) throws(SnapshotError) -> LoadedSnapshot<Lookup> {
        let path = "\(path)/\(name)"
        let file: any OpenFile
        do throws(FileError) { file = try files.open(path, .readOnly) } catch { throw SnapshotError(error, path) }
        defer { file.close() }
        var reader = try SnapshotReader(file)
        let cursors = try SnapshotHead.cursors(in: try reader.next(), of: empty.snapshotScope, path: path)
        if let ends, !cursors.allSatisfy({ (ends[$0.key] ?? Cursor()).reaches($0.value) }) {
            throw SnapshotError(.unreached, path, "it was taken further on than the topic accounts reaches")
        }
        var lookup = empty
        while let section = try reader.next() {
            do throws(DecodeError) { try lookup.restore(section) } catch {
                throw SnapshotError(.damaged, path, error.description)
            }
        }
        return LoadedSnapshot(
            lookup: lookup, cursors: cursors, path: path, unixMilliseconds: Self.unixMilliseconds(name) ?? 0)
    }

    /// Answers its new path, nil where it could not be renamed.
    private func putAside(_ name: String) -> String? {
        let aside = "\(path)/\(name.dropLast(Self.suffix.count))\(Self.asideSuffix)"
        do throws(FileError) { try files.rename("\(path)/\(name)", to: aside) } catch { return nil }
        return aside
    }

    /// What cannot be removed now is removed with the next one.
    private func removeOld() {
        for name in names().dropFirst(Self.kept) { try? files.remove("\(path)/\(name)") }
        let aside = ((try? files.list(path)) ?? []).filter { $0.hasSuffix(Self.asideSuffix) }.sorted(by: >)
        for name in aside.dropFirst(1) { try? files.remove("\(path)/\(name)") }
    }

    /// The newest first.
    private func names() -> [String] {
        ((try? files.list(path)) ?? []).filter { Self.unixMilliseconds($0) != nil }.sorted(by: >)
    }

    /// Of as many digits whatever the time, so that names sort as times do.
    private static func name(_ unixMilliseconds: UInt64) -> String {
        let digits = String(unixMilliseconds)
        return String(repeating: "0", count: max(0, 15 - digits.count)) + digits + suffix
    }

    private static func unixMilliseconds(_ name: String) -> UInt64? {
        name.hasSuffix(suffix) ? UInt64(name.dropLast(suffix.count)) : nil
    }
}

/// A look-up as it was when a snapshot was taken.
public struct LoadedSnapshot<Lookup: AccountLookup>: Sendable {
    public let lookup: Lookup
    /// Everything up to here is in it.
    public let cursors: [PartitionIndex: Cursor]
    public let path: String
    /// When it was taken.
    public let unixMilliseconds: UInt64
}
