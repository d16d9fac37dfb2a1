internal import Mailbox
internal import StatuscastModel
internal import Synchronization

/// The seam to the mailboxes' files. Every call blocks: only on threads of our own; any number at a time.
protocol BundleWriting: Sendable {
    func write(_ claim: BundleClaim) -> Result<Void, BundleFailure>
    /// Makes everything written before this call durable.
    func sync() -> Result<Void, BundleFailure>
    /// A writer whose sync failed stays failed until this, which is for when its leases are given up.
    func renew() -> Result<Void, BundleFailure>
}

enum BundleFailure: Error, Sendable {
    /// No room, no descriptors, a filesystem in trouble: not this mailbox's fault, and nobody's dead letter.
    case stopped(String)
    /// This mailbox cannot be written.
    case mailbox(String)
    /// Permission is missing: this mailbox's fault if others can be written, the filesystem's if not.
    case refused(String)
    /// A sync failed: what was written since the last good one may be gone.
    case syncFailed(String)

    init(_ error: MailboxError) {
        self =
            switch error.code {
            case .failed: .syncFailed(error.description)
            case .invalid, .unusablePath, .corrupt, .unsupportedVersion: .mailbox(error.description)
            case .notPermitted: .refused(error.description)
            default: .stopped(error.description)
            }
    }
}

/// Appends claimed bundles to the mailboxes below a directory.
final class BundleWriter: BundleWriting {
    private let root: String
    private let lane: String
    private let current: Mutex<MailboxWriter>

    init(root: String, lane: String) throws(MailboxError) {
        self.root = root
        self.lane = lane
        current = Mutex(try MailboxWriter(root: root, lane: lane))
    }

    func write(_ claim: BundleClaim) -> Result<Void, BundleFailure> {
        let writer = current.withLock { $0 }
        let address = claim.address
        let location = MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
        do throws(MailboxError) {
            return .success(try writer.append(claim.records, to: location, term: claim.term))
        } catch {
            return .failure(BundleFailure(error))
        }
    }

    func sync() -> Result<Void, BundleFailure> {
        let writer = current.withLock { $0 }
        do throws(MailboxError) {
            return .success(try writer.sync())
        } catch {
            return .failure(.syncFailed(error.description))
        }
    }

    func renew() -> Result<Void, BundleFailure> {
        do throws(MailboxError) {
            let fresh = try MailboxWriter(root: root, lane: lane)
            current.withLock { $0 = fresh }
            return .success(())
        } catch {
            return .failure(BundleFailure(error))
        }
    }
}
