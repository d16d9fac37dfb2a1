internal import Crypto
internal import Foundation

/// Tells a form that this server has given to this browser from one that another site made up or saw.
///
/// The browser keeps a random cookie that other sites neither read nor make it send with a form; the form carries a
/// signature over that cookie, over everything that the form is for, and over the time when it ends. So nothing about
/// forms is remembered here, and any front understands what another one gave.
struct FormGuard: Sendable {
    let key: FormKey
    let now: @Sendable () -> UInt64

    static let cookieName = "statuscast_form"
    static let lifetimeSeconds: UInt64 = 3_600

    /// For a hidden field.
    func seal(_ purpose: [String], cookie: String) -> String {
        let ends = now() / 1_000 + FormGuard.lifetimeSeconds
        let code = HMAC<SHA256>.authenticationCode(for: message(purpose, cookie, ends), using: key.key)
        return "\(ends).\(FormGuard.written(Array(code)))"
    }

    /// Takes the same time wherever a false seal differs.
    func isGood(_ seal: String, _ purpose: [String], cookie: String?) -> Bool {
        let parts = seal.split(separator: ".")
        guard let cookie, parts.count == 2, let ends = UInt64(parts[0]), ends > now() / 1_000,
            let code = FormGuard.bytes(parts[1])
        else { return false }
        return HMAC<SHA256>.isValidAuthenticationCode(
            code, authenticating: message(purpose, cookie, ends), using: key.key)
    }

    /// The cookie that a browser has, or a new one that it is to keep.
    func cookie(_ call: Call) -> (value: String, header: String?) {
        if let known = FormGuard.cookie(of: call) { return (known, nil) }
        let fresh = FormGuard.written(SymmetricKey(size: .bits256).withUnsafeBytes { Array($0) })
        let secure = call.isSecure ? "; Secure" : ""
        return (
            fresh,
            "\(FormGuard.cookieName)=\(fresh); Path=/; Max-Age=\(FormGuard.lifetimeSeconds); HttpOnly; SameSite=Lax\(secure)"
        )
    }

    static func cookie(of call: Call) -> String? {
        let pairs = (call.cookies ?? "").split(separator: ";").map { $0.drop { $0 == " " } }
        let prefix = cookieName + "="
        guard let pair = pairs.first(where: { $0.hasPrefix(prefix) }) else { return nil }
        let value = String(pair.dropFirst(prefix.count))
        return bytes(value[...])?.count == 32 ? value : nil
    }

    /// Every part with its length before it, so that no two lists of parts read the same.
    private func message(_ purpose: [String], _ cookie: String, _ ends: UInt64) -> [UInt8] {
        (purpose + [cookie, String(ends)]).flatMap { Array("\($0.utf8.count):\($0)".utf8) }
    }

    /// base64url without padding
    private static func written(_ bytes: [UInt8]) -> String {
        Data(bytes).base64EncodedString()
            .replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }

    private static func bytes(_ text: Substring) -> Data? {
        guard text.utf8.count == 43 else { return nil }
        return Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/") + "=")
    }
}
