internal import Crypto
internal import DurableFiles
internal import Logging
internal import StatuscastModel

/// Uploaded pictures on the shared filesystem: `pictures/<two digits>/<account>/<name>`.
///
/// A file never changes under its name. It is written beside it, synced, renamed, and the directory synced, before
/// anybody is told the name. May be used from anywhere, concurrently, by any number of fronts.
struct PictureStore: Sendable {
    let root: String
    let threads: FileThreads
    let logger: Logger
    var files: any FileSystem = PosixFileSystem()

    /// An account that has so many files in its directory keeps those in use alone.
    static let filesMax = 20

    init(sharedDirectory: String, threads: FileThreads, logger: Logger) {
        root = sharedDirectory + "/pictures"
        self.threads = threads
        self.logger = logger
    }

    /// Checks and keeps a picture; it is durable on return. Throws 422 for what is no picture or too large, 503 where it
    /// cannot be written.
    func keep(
        _ bytes: [UInt8], as purpose: PictureName.Purpose, of account: AccountID, inUse: [String]
    ) async throws(ClientError) -> PictureName {
        let name = try PictureStore.name(bytes, purpose)
        do throws(FileError) {
            try await threads.run { [self] () throws(FileError) in try write(bytes, name, account, inUse) }
        } catch {
            logger.error("a picture of account \(account) cannot be written: \(error)")
            throw .unavailable("The picture could not be stored just now; try again in a moment")
        }
        return name
    }

    /// Nil where there is none.
    func bytes(of name: PictureName, of account: AccountID) async throws(ClientError) -> [UInt8]? {
        let path = directory(of: account) + "/" + name.description
        do throws(FileError) {
            return try await threads.run { [files] () throws(FileError) in
                try files.contents(of: path, limitBytes: Limits.pictureBytes)
            }
        } catch {
            if error.code == .notFound { return nil }
            logger.error("a picture of account \(account) cannot be read: \(error)")
            throw .unavailable("The picture cannot be read just now")
        }
    }

    private static func name(_ bytes: [UInt8], _ purpose: PictureName.Purpose) throws(ClientError) -> PictureName {
        let field = purpose == .avatar ? "Avatar" : "Header"
        guard bytes.count <= Limits.pictureBytes else {
            throw .validation("\(field) file size must be less than \(Limits.pictureBytes >> 20) MB")
        }
        guard let format = PictureFormat(of: bytes) else {
            throw .validation("\(field) content type is invalid: PNG, JPEG, GIF and WebP are taken")
        }
        guard Limits.picturePixels.contains(format.width), Limits.picturePixels.contains(format.height) else {
            throw .validation(
                "\(field) of \(format.width)x\(format.height) pixels is too large; each side may have "
                    + "\(Limits.picturePixels.upperBound)")
        }
        return PictureName(purpose, sha256: Array(SHA256.hash(data: bytes)), format.format)
    }

    private func write(
        _ bytes: [UInt8], _ name: PictureName, _ account: AccountID, _ inUse: [String]
    ) throws(FileError) {
        let directory = directory(of: account)
        try files.createDirectories(directory)
        try makeRoom(in: directory, keeping: inUse + [name.description])
        let path = directory + "/" + name.description
        let draft = "\(path).\(UInt64.random(in: .min ... .max)).new"
        let file = try files.open(draft, .exclusive)
        do throws(FileError) {
            try file.write(bytes, at: 0)
            try file.sync()
            file.close()
            try files.rename(draft, to: path)
        } catch {
            try? files.remove(draft)
            throw error
        }
        try files.syncDirectory(directory)
    }

    /// What is no longer shown, and what crashes left behind.
    private func makeRoom(in directory: String, keeping kept: [String]) throws(FileError) {
        let names = try files.list(directory)
        guard names.count >= PictureStore.filesMax else { return }
        for name in names where !kept.contains(name) { try files.remove(directory + "/" + name) }
    }

    /// The lowest bits of the milliseconds in the id spread evenly.
    private func directory(of account: AccountID) -> String {
        let digits = String((account.unixMilliseconds & 0xFF) | 0x100, radix: 16).dropFirst()
        return "\(root)/\(digits)/\(account)"
    }
}
