internal import Crypto
internal import Foundation

/// What an import of a world has left behind in a folder of its own: the ids that the store gave to the accounts, and
/// the key that their tokens are derived from. `docs/formats/world.md`.
public struct ImportRecord: Sendable {
    /// Ids by account number.
    public let ids: [UInt64]
    private let key: [UInt8]

    /// Throws `.failed` where nothing was imported, `.corrupt`.
    public init(folder: String) throws(WorldError) {
        key = try Self.key(in: folder)
        let bytes = try WorldFiles.read(folder + "/accounts.ids")
        guard bytes.count % 8 == 0 else { throw WorldError(.corrupt, "\(folder)/accounts.ids has been cut off") }
        ids = bytes.withUnsafeBytes { bytes in
            (0..<bytes.count / 8).map {
                UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self))
            }
        }
    }

    /// The access token of an account, if the import gave it one.
    public func token(of account: Int) -> String { Self.token(of: account, key: key) }

    static func token(of account: Int, key: [UInt8]) -> String {
        let message = withUnsafeBytes(of: UInt64(account).littleEndian) { Array($0) }
        let code = HMAC<SHA256>.authenticationCode(for: message, using: SymmetricKey(data: key))
        return code.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    static func key(in folder: String) throws(WorldError) -> [UInt8] {
        let bytes = try WorldFiles.read(folder + "/tokens.key")
        guard bytes.count == 32 else { throw WorldError(.corrupt, "\(folder)/tokens.key is not 32 bytes long") }
        return Array(bytes)
    }
}

/// The other side of `ImportRecord`: the key is made before anything is imported, the ids are written when all of them
/// are known.
public struct ImportRecordWriter: Sendable {
    private let folder: String
    private let key: [UInt8]

    /// Takes the key that lies there, or makes one that only its owner may read.
    public init(folder: String) throws(WorldError) {
        self.folder = folder
        try WorldFiles.makeFolder(folder)
        if !WorldFiles.exists(folder + "/tokens.key") {
            let made = SymmetricKey(size: .bits256).withUnsafeBytes { Data($0) }
            try WorldFiles.write(made, to: folder + "/tokens.key", mode: 0o600)
        }
        key = try ImportRecord.key(in: folder)
    }

    /// SHA-256 of the account's token: what the store keeps.
    public func tokenHash(of account: Int) -> [UInt8] {
        Array(SHA256.hash(data: Data(ImportRecord.token(of: account, key: key).utf8)))
    }

    /// By account number.
    public func write(ids: [UInt64]) throws(WorldError) {
        var bytes = Data(capacity: ids.count * 8)
        for id in ids { withUnsafeBytes(of: id.littleEndian) { bytes.append(contentsOf: $0) } }
        try WorldFiles.write(bytes, to: folder + "/accounts.ids")
    }
}
