internal import Crypto
internal import CryptoExtras
internal import Foundation

/// Passwords as they are kept: scrypt, written with its parameters and salt, as in
/// `$scrypt$ln=15,r=8,p=1$<salt>$<key>` (base64 without padding).
///
/// Deriving takes about a tenth of a second and 32 MiB on purpose: call it on threads whose number bounds that.
public enum PasswordHash {
    /// N = 2^`log2Rounds`; memory is 128 · N · `blockSize` bytes.
    public struct Parameters: Sendable, Hashable {
        public var log2Rounds: Int
        public var blockSize: Int
        public var parallelism: Int

        public init(log2Rounds: Int = 15, blockSize: Int = 8, parallelism: Int = 1) {
            self.log2Rounds = log2Rounds
            self.blockSize = blockSize
            self.parallelism = parallelism
        }

        public static let standard = Parameters()

        /// What a stored text may ask for: at most 256 MiB and about 32 times the standard work.
        var isBearable: Bool {
            (1...18).contains(log2Rounds) && (1...16).contains(blockSize) && (1...4).contains(parallelism)
                && 128 * (1 << log2Rounds) * blockSize <= 256 << 20
        }
    }

    private static let saltBytes = 16
    private static let keyBytes = 32

    /// A new text for a password, with a salt of its own. Blocks.
    public static func make(_ password: String, parameters: Parameters = .standard) -> String {
        var random = SystemRandomNumberGenerator()
        let salt = (0..<saltBytes).map { _ in UInt8.random(in: 0...255, using: &random) }
        guard parameters.isBearable, let key = derive(password, salt, parameters, count: keyBytes) else {
            // Only parameters that no text may ask for lead here; an empty text matches no password.
            return ""
        }
        let cost = "ln=\(parameters.log2Rounds),r=\(parameters.blockSize),p=\(parameters.parallelism)"
        return "$scrypt$\(cost)$\(base64(salt))$\(base64(key))"
    }

    /// Whether the password belongs to the text. Blocks. False for a text that is no such text, or asks for more
    /// work than is bearable. The comparison takes the same time wherever the keys differ.
    public static func matches(_ password: String, _ text: String) -> Bool {
        let parts = text.split(separator: "$", omittingEmptySubsequences: false)
        guard parts.count == 5, parts[0].isEmpty, parts[1] == "scrypt",
            let parameters = Parameters(written: parts[2]), parameters.isBearable,
            let salt = bytes(base64: parts[3]), let expected = bytes(base64: parts[4]),
            (8...64).contains(salt.count), (16...64).contains(expected.count),
            let key = derive(password, salt, parameters, count: expected.count), key.count == expected.count
        else { return false }
        return zip(key, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }

    private static func derive(_ password: String, _ salt: [UInt8], _ parameters: Parameters, count: Int) -> [UInt8]? {
        let key = try? KDF.Scrypt.deriveKey(
            from: Array(password.utf8), salt: salt, outputByteCount: count, rounds: 1 << parameters.log2Rounds,
            blockSize: parameters.blockSize, parallelism: parameters.parallelism)
        return key?.withUnsafeBytes { Array($0) }
    }

    private static func base64(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString().replacing("=", with: "")
    }

    private static func bytes(base64 text: Substring) -> [UInt8]? {
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { Array($0) }
    }
}

extension PasswordHash.Parameters {
    init?(written: Substring) {
        var values: [Substring: Int] = [:]
        for pair in written.split(separator: ",") {
            let parts = pair.split(separator: "=")
            guard parts.count == 2, let value = Int(parts[1]) else { return nil }
            values[parts[0]] = value
        }
        guard let rounds = values["ln"], let block = values["r"], let lanes = values["p"] else { return nil }
        self.init(log2Rounds: rounds, blockSize: block, parallelism: lanes)
    }
}
