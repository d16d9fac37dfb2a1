internal import Foundation

/// PKCE with S256 (RFC 7636): the challenge is the SHA-256 of a verifier that only the application knows.
public enum CodeChallenge {
    /// 32 bytes, written base64url without padding.
    public static func isWellFormed(_ challenge: String) -> Bool { hash(challenge) != nil }

    /// Whether the verifier answers the challenge. Takes the same time wherever they differ.
    public static func matches(_ verifier: String, _ challenge: String) -> Bool {
        guard (43...128).contains(verifier.utf8.count), let expected = hash(challenge) else { return false }
        return SecretText.matches(verifier, hash: expected)
    }

    private static func hash(_ challenge: String) -> [UInt8]? {
        guard challenge.utf8.count == 43 else { return nil }
        let plain = challenge.replacing("-", with: "+").replacing("_", with: "/") + "="
        return Data(base64Encoded: plain).flatMap { $0.count == 32 ? Array($0) : nil }
    }
}
