internal import CoreMetrics
internal import DurableFiles
internal import HashRing
internal import Lease
internal import Peers
internal import StatuscastModel
internal import SystemClock

/// What fronts ask of the holder of a mailbox: to write it, and to tell of its changes.
struct MailboxHolder: MailboxService {
    private let parts: DeliverParts
    private let prompt: PromptWriting
    private let partitions: PartitionCount

    init(_ parts: DeliverParts) {
        self.parts = parts
        prompt = PromptWriting(parts: parts)
        partitions = parts.configuration.partitions
    }

    func freshen(_ request: PeerFreshenMailbox) async throws(PeerError) -> PeerMailboxVersion {
        let address = try parse(request.address)
        parts.metrics.freshened.increment()
        while true {
            switch try step(address) {
            case .fresh(let version): return version
            case .busy: await parts.board.waitUntilIdle(address)
            case .claimed(let claim):
                let failure = await parts.promptThreads.run { prompt.write([claim]) }
                if let failure { throw PeerError(.unavailable, "the mailbox cannot be written: \(failure)") }
            }
        }
    }

    private enum Step: Sendable {
        case fresh(PeerMailboxVersion)
        case busy
        case claimed(BundleClaim)
    }

    private func step(_ address: Address) throws(PeerError) -> Step {
        let partition = partitions.partition(of: address)
        let step: Step? = parts.board.withState { state in
            guard let tenure = state.tenures[partition] else { return nil }
            switch state.pending.state(of: address) {
            case .busy: return .busy
            case .pending(let slot): return .claimed(state.pending.claim(slot))
            case .nothingPending:
                var version = PeerMailboxVersion()
                version.term = tenure.lease.term
                version.version = state.versions.version(of: address)
                version.catchingUp = !tenure.isCaughtUp
                return .fresh(version)
            }
        }
        guard let step else { throw notHolder(partition) }
        return step
    }

    func watch(_ request: PeerWatchMailboxes) async throws(PeerError) {
        var add: [Address] = []
        for text in request.add { add.append(try parse(text)) }
        let remove = request.remove.compactMap { Address($0) }
        let adding = add
        let result: Result<Void, PeerError> = parts.board.withState { state in
            for address in adding where state.tenures[partitions.partition(of: address)] == nil {
                return .failure(notHolder(partitions.partition(of: address)))
            }
            do throws(Watchers.Refusal) {
                let changed = try state.watchers.watch(
                    request.watcher, add: adding, remove: remove, now: MonotonicClock.milliseconds())
                for address in changed.gone { state.pending.setWatched(address, false) }
                for address in changed.new { state.pending.setWatched(address, true) }
                return .success(())
            } catch {
                switch error {
                case .tooManyWatchers: return .failure(PeerError(.unavailable, "too many watchers"))
                case .tooManyAddresses(let gone):
                    for address in gone { state.pending.setWatched(address, false) }
                    return .failure(PeerError(.unavailable, "a watcher of too many mailboxes; it is forgotten"))
                }
            }
        }
        try result.get()
    }

    func awaitChanges(_ request: PeerAwaitChanges) async throws(PeerError) -> PeerChanges {
        let started = MonotonicClock.milliseconds()
        let limit = parts.configuration.watchLimits.waitMilliseconds
        let deadline = started + UInt64(min(request.waitMilliseconds, limit))
        while true {
            let now = MonotonicClock.milliseconds()
            let answer = parts.board.withState { state in
                (state.watchers.changes(request.watcher, after: request.after, now: now), state.watchers.sequence)
            }
            var changes = PeerChanges()
            changes.sequence = answer.1
            switch answer.0 {
            case .lost:
                changes.lost = true
                return changes
            case .changes(let addresses):
                changes.addresses = addresses.map(\.description)
                return changes
            case .nothing:
                if now >= deadline || parts.board.isStopping { return changes }
                await parts.board.waitForChange(request.watcher, after: request.after, deadline: deadline, now: now)
            }
        }
    }

    private func parse(_ text: String) throws(PeerError) -> Address {
        guard let address = Address(text) else { throw PeerError(.invalid, "\"\(text)\" is no address") }
        return address
    }

    private func notHolder(_ partition: PartitionIndex) -> PeerError {
        PeerError(.notHolder, "partition \(partition) of lane \(parts.configuration.lane) is not held here")
    }
}
