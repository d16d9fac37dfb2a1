internal import HashRing
internal import Logging
internal import Queue
internal import ServiceLifecycle
internal import StatuscastModel

/// Follows the topic `accounts` from where it ends when the front starts, and drops what an event makes untrue.
struct AccountTail: Service {
    let queue: any Queue
    let partitions: [PartitionIndex]
    let accounts: AccountCache
    let tokens: TokenCache
    let rules: ViewerRulesCache
    let tombstones: Tombstones
    let logger: Logger

    func run() async throws {
        _ = await cancelWhenGracefulShutdown {
            var cursors: [PartitionIndex: Cursor]?
            while !Task.isCancelled {
                do {
                    if cursors == nil {
                        cursors = try await queue.ends(of: Topics.accounts, partitions: partitions)
                        // Whatever was asked for before this point may have changed unseen.
                        accounts.forgetAll()
                        tokens.forgetAll()
                        rules.forgetAll()
                    }
                    try await follow(from: &cursors)
                } catch {
                    logger.warning("the accounts topic cannot be followed just now: \(error)")
                    // A back-off: the queue does not tell when its nodes are back.
                    try? await Task.sleep(for: .milliseconds(500))
                }
            }
        }
    }

    private func follow(from cursors: inout [PartitionIndex: Cursor]?) async throws(QueueError) {
        let subscription = try await queue.subscribe(to: Topics.accounts, group: Topics.Group.lookups)
        do throws(QueueError) {
            for partition in partitions {
                try await subscription.add(partition, after: cursors?[partition] ?? Cursor())
            }
            while !Task.isCancelled {
                for frame in try await subscription.next(maxBytes: 1 << 20, waitMilliseconds: 1_000) {
                    apply(frame)
                    cursors?[frame.partition, default: Cursor()].advance(frame.stream, to: frame.number)
                }
            }
        } catch {
            await subscription.close()
            throw error
        }
        await subscription.close()
    }

    private func apply(_ frame: FetchedFrame) {
        do {
            guard case .bytes(let bytes) = frame.content else {
                throw DecodeError(field: "frame", reason: .invalid("quarantined"))
            }
            for item in try ItemBatch.items(of: bytes) { apply(try AccountEvent(decoding: item).change) }
        } catch {
            logger.error("a frame of accounts cannot be read; what is kept is asked for anew: \(error)")
            accounts.forgetAll()
            tokens.forgetAll()
            rules.forgetAll()
        }
    }

    private func apply(_ change: AccountEvent.Change) {
        switch change {
        case .accountCreated, .accountsImported, .applicationRegistered, .tokenIssued, .authorizationIssued,
            .authorizationUsed, .noteSet:
            break
        case .accountChanged(let account):
            accounts.changed(account.id)
            if account.suspended { tokens.forgetViewers() }
        case .profileChanged(let change): accounts.changed(change.account)
        case .followRequested(let follow): accounts.changed(follow.followee)
        case .followRequestEnded(_, let followee): accounts.changed(followee)
        case .followed(let follow):
            changedFollow(follow.follower, follow.followee)
        case .unfollowed(let follower, let followee):
            changedFollow(follower, followee)
        // Too many to name each of them.
        case .followsImported:
            accounts.forgetAll()
            rules.forgetAll()
        case .standingChanged(let standing):
            accounts.changed(standing.account)
            if standing.flag == .suspended { tokens.refuse(standing.account, standing.isOn ? .suspended : nil) }
            if standing.flag == .pending { tokens.setPending(standing.account, standing.isOn) }
        case .accountDeleted(let account):
            accounts.changed(account)
            tokens.refuse(account, .deleted)
            // The list of deletes says so as well, a moment later.
            tombstones.insert(authors: [account])
        case .tokenRevoked(let hash):
            if let hash = TokenHash(bytes: hash) { tokens.revoke(hash) }
        case .blocked(let blocker, let blocked), .unblocked(let blocker, let blocked):
            rules.changed(blocker)
            rules.changed(blocked)
        case .muted(let mute): rules.changed(mute.muter)
        case .unmuted(let muter, _): rules.changed(muter)
        case .filterSet(let filter): rules.changed(filter.owner)
        case .filterRemoved(let owner, _): rules.changed(owner)
        case .personal(let fact): if fact.changesWhatIsShown { rules.changed(fact.owner) }
        }
    }

    private func changedFollow(_ follower: AccountID, _ followee: AccountID) {
        accounts.changed(follower)
        accounts.changed(followee)
        rules.changed(follower)
    }
}
