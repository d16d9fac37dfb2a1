internal import Mailbox
internal import Peers
internal import StatuscastModel

/// Reads a page of a mailbox and leaves out what nobody is shown.
struct TimelineReading: Sendable {
    /// What was deleted: statuses, and accounts with all that they wrote.
    private struct Deletes: Sendable {
        var statuses: Set<UInt64> = []
        var authors: Set<String> = []
    }

    let operated: OperatedData
    let peers: PeerDirectory

    /// Newest first.
    func page(of address: Address, before: UInt64?, limit: Int) async throws -> [RecordReport] {
        let reader = MailboxReader(root: operated.mailboxes, memoryBytesMax: 64 << 20)
        let deletes = try await operated.blocking { try Self.deletes(reader) }
        var entries: [RecordReport] = []
        var below = before
        while entries.count < limit {
            let (from, wanted) = (below, limit - entries.count)
            let records = try await operated.blocking {
                try reader.page(
                    address.location, below: from, limit: wanted, skip: { deletes.statuses.contains($0) }
                ).records
            }
            let reports = records.compactMap { try? RecordReport($0.bytes) }
                .filter { !deletes.authors.contains($0.authorID) }
            entries += try await withoutHidden(reports, address)
            guard let last = records.last, records.count == wanted else { break }
            below = last.id
        }
        return entries
    }

    private static func deletes(_ reader: MailboxReader) throws -> Deletes {
        var offsets: [String: Int] = [:]
        var deletes = Deletes()
        let records = try reader.records(Address.tombstones.location, afterOffsets: &offsets) { path, offset in
            Terminal.complain("\(path) is damaged at byte \(offset): something deleted may be shown")
        }
        for record in records {
            guard let tombstone = try? RecordReport(record) else { continue }
            if let id = tombstone.targetID.flatMap({ UInt64($0) }) { deletes.statuses.insert(id) }
            if let author = tombstone.targetAccountID { deletes.authors.insert(author) }
        }
        return deletes
    }

    /// With the store away nobody knows who is suspended: then all are shown, and that is said.
    private func withoutHidden(_ reports: [RecordReport], _ address: Address) async throws -> [RecordReport] {
        let authors: [UInt64: PeerAccount]
        do throws(PeerError) {
            let ids = Set(reports.compactMap { UInt64($0.authorID) })
            authors = try await AccountFinder(peers).accounts(ids: ids)
        } catch {
            Terminal.complain("the store does not answer: what suspended accounts wrote is shown as well")
            return reports
        }
        let isForStrangers =
            switch address {
            case .public, .tag: true
            default: false
            }
        return reports.filter { report in
            guard let author = UInt64(report.authorID).flatMap({ authors[$0] }) else { return true }
            return !author.suspended && !author.deleted && !(author.silenced && isForStrangers)
        }
    }
}
