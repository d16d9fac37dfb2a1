internal import DurableFiles
internal import Logging
internal import Mailbox
internal import StatuscastModel

/// Reads what is new in mailboxes, on the threads of the mailbox files.
struct StreamFiles: Sendable {
    let files: MailboxFiles

    private func location(_ address: Address) -> MailboxLocation {
        MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
    }

    /// Where a mailbox ends now, and the newest ids in it, oldest first.
    func end(of address: Address) async throws(MailboxError) -> (offsets: [String: Int], ids: [UInt64]) {
        let (reader, location) = (files.reader, location(address))
        return try await files.threads.run { () throws(MailboxError) in
            let offsets = try reader.signature(location)
            var ids: [UInt64] = []
            // Ids alone: no record is read.
            _ = try reader.page(location, limit: 1) { id in
                ids.append(id)
                return ids.count < StreamSource.recentAtStart
            }
            return (offsets, ids.reversed())
        }
    }

    /// What was appended behind the offsets, and where the mailbox ends now.
    func news(
        of address: Address, behind offsets: [String: Int]
    ) async throws(MailboxError) -> (offsets: [String: Int], fragments: [Fragment]) {
        let (files, location) = (files, location(address))
        return try await files.threads.run { () throws(MailboxError) in
            var after = offsets
            // A torn tail was cut off: what stands before it has been seen.
            for (name, size) in try files.reader.signature(location) {
                if let known = after[name], known > size { after[name] = size }
            }
            let records = try files.reader.records(location, afterOffsets: &after) { path, offset in
                files.logger.error("a record in \(path) at byte \(offset) is damaged and not streamed")
            }
            return (after, records.compactMap { files.fragment(of: $0) })
        }
    }
}
