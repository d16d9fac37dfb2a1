internal import Crypto
internal import DurableFiles
internal import Foundation

/// The key that all fronts of a cluster sign their forms with; `form.key` in the shared directory, 32 random bytes,
/// readable by the owner alone. Whoever comes first makes it. Without it, or with another one, open forms have to be
/// filled in again, and nothing else is lost.
struct FormKey: Sendable {
    let key: SymmetricKey

    private static let bytesCount = 32

    /// Blocks.
    static func load(
        sharedDirectory: String, files: any FileSystem = PosixFileSystem()
    ) throws(APIError) -> FormKey {
        let path = sharedDirectory + "/form.key"
        do {
            if !files.exists(path) { try create(path, files) }
            let bytes = try files.contents(of: path, limitBytes: 1_024)
            guard bytes.count == bytesCount else {
                throw APIError(
                    "\(path) is damaged: it should have \(bytesCount) bytes; remove it, and a new one is made")
            }
            return FormKey(key: SymmetricKey(data: bytes))
        } catch let error as APIError {
            throw error
        } catch {
            throw APIError("the key of forms \(path) cannot be read or written: \(error)")
        }
    }

    /// Written whole under a name of its own and linked into place: of two that start together one wins.
    private static func create(_ path: String, _ files: any FileSystem) throws {
        let draft = "\(path).\(UInt64.random(in: .min ... .max))"
        let file = try files.open(draft, .exclusive)
        let bytes = SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) }
        try file.write(bytes, at: 0)
        try file.sync()
        guard link(draft, path) == 0 || errno == EEXIST else { throw FileError(operation: "link", path: path) }
        try files.remove(draft)
        try files.syncDirectory(parentDirectory(of: path))
    }
}
