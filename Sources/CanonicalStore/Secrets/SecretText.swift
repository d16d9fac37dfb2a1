internal import Crypto
internal import Foundation

/// Access tokens, client ids and client secrets: 32 random bytes, written base64url without padding (43 characters).
/// Of tokens and secrets only the hash is kept; with so much chance in them a plain SHA-256 is enough.
public enum SecretText {
    public static func make() -> String {
        var random = SystemRandomNumberGenerator()
        let bytes = (0..<32).map { _ in UInt8.random(in: 0...255, using: &random) }
        return Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    public static func hash(_ text: String) -> [UInt8] { Array(SHA256.hash(data: Array(text.utf8))) }

    /// Whether the text has this hash; takes the same time wherever they differ.
    public static func matches(_ text: String, hash expected: [UInt8]) -> Bool {
        let actual = hash(text)
        guard actual.count == expected.count else { return false }
        return zip(actual, expected).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
