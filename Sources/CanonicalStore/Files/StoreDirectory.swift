public import DurableFiles

/// The directory that holds the shard files, owned by one process at a time through the lock on its file `LOCK`.
///
/// Open it before any shard and close it after the last; a process that ends in any way lets it go.
public final class StoreDirectory: Sendable {
    public let path: String
    private let lock: FileLock

    /// Makes the directory where it is missing and takes the lock. Blocks. Throws `.inUse` with what is known of the
    /// holder, `.notPermitted`, `.full`, `.temporary`. `holder` is written into the lock file, for people.
    public init(
        path: String, holder: String, files: any FileSystem = PosixFileSystem()
    ) throws(StoreError) {
        do throws(FileError) {
            try files.createDirectories(path)
            lock = try FileLock(path: path + "/LOCK")
            try lock.write(holder)
        } catch {
            throw StoreError(error)
        }
        self.path = path
    }

    public func close() { lock.release() }
}
