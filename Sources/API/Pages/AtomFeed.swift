internal import Peers
internal import StatuscastModel

/// An account's public statuses as an Atom feed (RFC 4287).
struct AtomFeed {
    let site: Site

    func xml(of account: PeerAccount, _ fragments: [Fragment]) -> String {
        let profile = escaped(site.profileURL(account.username))
        let name = escaped(account.displayName.isEmpty ? account.username : account.displayName)
        let newest =
            fragments.first.map { StatusID(rawValue: $0.id).unixMilliseconds } ?? account.createdUnixMilliseconds
        var xml = """
            <?xml version="1.0" encoding="utf-8"?>
            <feed xmlns="http://www.w3.org/2005/Atom">
            <id>\(profile)</id>
            <title>\(name)</title>
            <updated>\(Timestamp.dateTime(unixMilliseconds: newest))</updated>
            <author><name>\(name)</name><uri>\(profile)</uri></author>
            <link rel="alternate" type="text/html" href="\(profile)"/>
            <link rel="self" type="application/atom+xml" href="\(profile).atom"/>

            """
        for fragment in fragments { xml += entry(fragment, account) }
        return xml + "</feed>\n"
    }

    private func entry(_ fragment: Fragment, _ account: PeerAccount) -> String {
        let url = escaped(site.statusURL(account.username, fragment.id))
        let written = Timestamp.dateTime(unixMilliseconds: StatusID(rawValue: fragment.id).unixMilliseconds)
        let hidden = fragment.record.spoiler
        let content = hidden.isEmpty ? EntryValues.html(fragment, site: site) : HTMLEscaping.escaped(hidden)
        return """
            <entry>
            <id>\(escaped(site.statusURI(account.username, fragment.id)))</id>
            <title>\(escaped(title(fragment)))</title>
            <published>\(written)</published>
            <updated>\(written)</updated>
            <link rel="alternate" type="text/html" href="\(url)"/>
            <content type="html">\(escaped(content))</content>
            </entry>

            """
    }

    static let titleCharacters = 80

    private func title(_ fragment: Fragment) -> String {
        let text = fragment.record.spoiler.isEmpty ? fragment.record.text : fragment.record.spoiler
        let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
        return line.count > AtomFeed.titleCharacters ? line.prefix(AtomFeed.titleCharacters) + "…" : line
    }

    /// XML text: escaped, without the control characters that XML 1.0 knows no way to write.
    private func escaped(_ text: String) -> String {
        HTMLEscaping.escaped(
            String(
                String.UnicodeScalarView(
                    text.unicodeScalars.filter {
                        ($0.value >= 0x20 || $0 == "\n" || $0 == "\t") && $0.value != 0xFFFE && $0.value != 0xFFFF
                    })))
    }
}
