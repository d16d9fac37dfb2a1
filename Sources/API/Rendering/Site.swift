internal import StatuscastModel

/// Where clients find this server: the beginning of every URL in an answer.
package struct Site: Sendable, Hashable {
    /// `host` or `host:port`, as clients know it.
    let domain: String
    /// `http://domain` or `https://domain`
    let origin: String
    /// `ws://domain` or `wss://domain`
    let streamingOrigin: String
    let title: String

    package init(domain: String, secure: Bool, title: String) {
        self.domain = domain
        self.title = title
        origin = (secure ? "https://" : "http://") + domain
        streamingOrigin = (secure ? "wss://" : "ws://") + domain
    }

    func profileURL(_ username: String) -> String { "\(origin)/@\(username)" }
    func profileURI(_ username: String) -> String { "\(origin)/users/\(username)" }
    func statusURL(_ username: String, _ id: UInt64) -> String { "\(origin)/@\(username)/\(id)" }
    func statusURI(_ username: String, _ id: UInt64) -> String { "\(origin)/users/\(username)/statuses/\(id)" }
    func tagURL(_ folded: String) -> String { "\(origin)/tags/\(PercentEncoding.encoded(folded))" }
    /// An empty name is that of the generated picture.
    func pictureURL(_ purpose: PictureName.Purpose, _ name: String, of account: UInt64) -> String {
        origin + PictureEndpoints.path(purpose, name, of: account)
    }
    /// The server's own picture: the one generated for an id that is below those of all accounts.
    var thumbnailURL: String { pictureURL(.header, "", of: 1) }

    /// Whether `name` is this server, for `user@name`; case does not matter, and the port may be left out.
    func isNamed(_ name: String) -> Bool {
        let folded = name.lowercased()
        let own = domain.lowercased()
        return folded == own || folded == own.split(separator: ":").first.map(String.init)
    }
}
