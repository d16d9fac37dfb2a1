internal import DurableFiles
internal import Logging
internal import Mailbox
internal import StatuscastModel

/// Reads mailboxes as fragments, on threads of its own. Deleted records do not show.
struct MailboxFiles: Sendable {
    let reader: MailboxReader
    let threads: FileThreads
    let fragments: FragmentCache
    let tombstones: Tombstones
    let site: Site
    let logger: Logger

    struct Slice: Sendable {
        /// Newest first.
        var fragments: [Fragment]
        /// The ids that the neighbouring pages begin at; nil where there is nothing. The page may be empty all the
        /// same, if everything looked at was left out.
        var range: (newest: UInt64, oldest: UInt64)?
        /// Whether the bound on the work ended it: beyond the range there may be more.
        var isUnfinished = false
        /// Names and sizes of the files that were read.
        var signature: [String: Int]
    }

    /// Bounds the work for a page whose filter keeps hardly anything.
    static let roundsMax = 8
    /// Looked at in each round but the first, which is enough where nothing is left out.
    static let roundRecords = 80

    /// The page of what `keep` lets through, in the newest versions.
    func page(
        of location: MailboxLocation, _ query: PageQuery, keep: @escaping @Sendable (Fragment) -> Bool
    ) async throws(MailboxError) -> Slice {
        try await threads.run { () throws(MailboxError) in try readPage(location, query, keep) }
    }

    func signature(of location: MailboxLocation) async throws(MailboxError) -> [String: Int] {
        try await threads.run { () throws(MailboxError) in try reader.signature(location) }
    }

    private func readPage(
        _ location: MailboxLocation, _ query: PageQuery, _ keep: (Fragment) -> Bool
    ) throws(MailboxError) -> Slice {
        let fromOldest = query.minID != nil
        var below = query.maxID
        var above = query.minID ?? query.sinceID
        var slice = Slice(fragments: [], range: nil, signature: [:])
        var scanned: (newest: UInt64, oldest: UInt64)?
        var isUnfinished = true
        for round in 0..<MailboxFiles.roundsMax where isUnfinished {
            let limit = round == 0 ? query.limit : max(query.limit, MailboxFiles.roundRecords)
            let page = try reader.page(
                location, below: below, above: above, fromOldest: fromOldest, limit: limit,
                skip: { tombstones.contains($0) })
            // The first look decides: what came later was announced, or shows in the next signature.
            if round == 0 { slice.signature = page.signature }
            report(page.damaged)
            if let first = page.records.first?.id, let last = page.records.last?.id {
                scanned = (max(first, scanned?.newest ?? first), min(last, scanned?.oldest ?? last))
            }
            let kept = page.records.compactMap { fragment($0.id, $0.bytes) }
                .filter { !tombstones.hides($0) && keep($0) }
            let missing = query.limit - slice.fragments.count
            if fromOldest {
                slice.fragments = kept.suffix(missing) + slice.fragments
                above = scanned?.newest
            } else {
                slice.fragments += kept.prefix(missing)
                below = scanned?.oldest
            }
            isUnfinished = slice.fragments.count < query.limit && page.records.count == limit
        }
        if let newest = slice.fragments.first?.id, let oldest = slice.fragments.last?.id {
            slice.range = (newest, oldest)
        }
        // The bound on the work ended it, not the mailbox: the next page goes on behind what was looked at.
        if isUnfinished, let scanned {
            slice.isUnfinished = true
            slice.range = (
                newest: fromOldest ? scanned.newest : slice.range?.newest ?? scanned.newest,
                oldest: fromOldest ? slice.range?.oldest ?? scanned.oldest : scanned.oldest
            )
        }
        return slice
    }

    /// Of a record: remembered, or parsed now. Nil for one that is not what a status record should be.
    private func fragment(_ id: UInt64, _ bytes: [UInt8]) -> Fragment? {
        if let known = fragments.fragment(id) { return tombstones.newest(of: known) }
        do {
            let fragment = try RecordReading.fragment(bytes[...], site: site)
            fragments.insert(fragment)
            return tombstones.newest(of: fragment)
        } catch {
            logger.error("record \(id) in a mailbox cannot be shown: \(error)")
            return nil
        }
    }

    /// Of a record whose id is not known yet; nil as above.
    func fragment(of bytes: [UInt8]) -> Fragment? {
        guard let id = (try? RecordFormat.parse(bytes[...]))?.id else {
            logger.error("a record in a mailbox cannot be read and is not shown")
            return nil
        }
        return fragment(id, bytes)
    }

    private func report(_ damaged: [(path: String, offset: Int)]) {
        for place in damaged {
            logger.error("a record in \(place.path) at byte \(place.offset) is damaged and left out")
        }
    }
}

/// From the bytes of a record to a fragment.
package enum RecordReading {
    package static func fragment(_ bytes: ArraySlice<UInt8>, site: Site, isHeld: Bool = false) throws -> Fragment {
        let parsed = try RecordFormat.parse(bytes)
        var record = try StatusRecord(id: parsed.id, text: parsed.body) { parsed.header($0) }
        var version: UInt64 = 0
        // A newer version of a status is that status.
        if record.kind == .edit, let status = record.editOf {
            version = record.id
            record.id = status.rawValue
            record.kind = .status
            record.editOf = nil
        }
        let author = mailbox(in: parsed.header("From") ?? "")
        // Where the header has no name but the username itself, there is none.
        let displayName = author.displayName == author.username ? "" : author.displayName
        return Fragment(
            record, authorUsername: author.username, authorDisplayName: displayName, site: site, isHeld: isHeld,
            version: version)
    }

    /// `"display name" <username@host>`, the name with or without quotes.
    static func mailbox(in from: String) -> (displayName: String, username: String) {
        guard let open = from.lastIndex(of: "<") else {
            return ("", String(from.split(separator: "@").first ?? ""))
        }
        let address = from[from.index(after: open)...].prefix { $0 != ">" }
        let username = String(address.split(separator: "@").first ?? "")
        var name = from[..<open].drop { $0 == " " }
        while name.last == " " { name = name.dropLast() }
        guard name.count >= 2, name.first == "\"", name.last == "\"" else { return (String(name), username) }
        return (unescaped(name.dropFirst().dropLast()), username)
    }

    private static func unescaped(_ text: Substring) -> String {
        var result = ""
        var isEscaped = false
        for character in text {
            if !isEscaped, character == "\\" {
                isEscaped = true
                continue
            }
            result.append(character)
            isEscaped = false
        }
        return result
    }
}
