internal import Peers

/// What an application must say of itself when it registers.
enum ApplicationRules {
    private static let nameBytesMax = 240
    private static let addressBytesMax = 2_000
    private static let addressesMax = 20

    static func checked(
        _ request: PeerRegisterApplication
    ) throws(PeerError) -> (name: String, website: String, redirectURIs: [String]) {
        let name = trimmed(request.name)
        let website = trimmed(request.website)
        let redirects = request.redirectUris.flatMap { $0.split(whereSeparator: \.isNewline) }.map { trimmed($0) }
            .filter { !$0.isEmpty }
        if name.isEmpty { throw problem("client_name", "Application name", "ERR_BLANK", "can't be blank") }
        guard name.utf8.count <= nameBytesMax else {
            throw problem("client_name", "Application name", "ERR_TOO_LONG", "is too long")
        }
        guard website.isEmpty || isAddress(website) else {
            throw problem("website", "Website", "ERR_INVALID", "is not a valid URL")
        }
        if redirects.isEmpty { throw problem("redirect_uris", "Redirect URI", "ERR_BLANK", "can't be blank") }
        guard redirects.count <= addressesMax, redirects.allSatisfy(isAddress) else {
            throw problem("redirect_uris", "Redirect URI", "ERR_INVALID", "must be an absolute URI.")
        }
        guard redirects.allSatisfy(isHarmless) else {
            throw problem(
                "redirect_uris", "Redirect URI", "ERR_INVALID", "must not run code and must not have a fragment.")
        }
        return (name, website, redirects)
    }

    private static func problem(_ field: String, _ title: String, _ error: String, _ text: String) -> PeerError {
        PeerError(
            .invalid, "Validation failed: \(title) \(text)",
            problems: [PeerError.Problem(field: field, error: error, text: text)])
    }

    /// A scheme, a colon, something behind it, printable ASCII throughout.
    private static func isAddress(_ text: String) -> Bool {
        guard text.utf8.count <= addressBytesMax, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let colon = text.firstIndex(of: ":"), let first = text.utf8.first
        else { return false }
        let hasScheme =
            text[..<colon].utf8.allSatisfy { $0.isSchemeByte } && ((first | 0x20) >= 97 && (first | 0x20) <= 122)
        return hasScheme && text.index(after: colon) < text.endIndex
    }

    /// A browser is sent there with a code behind it.
    private static func isHarmless(_ address: String) -> Bool {
        let scheme = address.prefix { $0 != ":" }.lowercased()
        return !["javascript", "data", "vbscript", "blob", "file"].contains(scheme) && !address.contains("#")
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        var rest = text[...]
        while rest.first?.isWhitespace == true { rest = rest.dropFirst() }
        while rest.last?.isWhitespace == true { rest = rest.dropLast() }
        return String(rest)
    }
}

extension UInt8 {
    fileprivate var isSchemeByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
