internal import StatuscastModel

/// Who wants to be told of changes of which mailboxes, and what each has not been told yet. Pure; time comes in.
///
/// What a watcher was told it confirms with its next question (`after`), so an answer that is lost is given again.
struct Watchers {
    private struct Watcher {
        var expires: UInt64
        /// The sequence at its registration. Who has seen an earlier one was registered before and forgotten meanwhile.
        let since: UInt64
        var addresses: Set<Address> = []
        /// What changed and is not confirmed, with the sequence of its last change. Never more than `addresses`.
        var changes: [Address: UInt64] = [:]
    }

    enum Refusal: Error, Equatable {
        case tooManyWatchers
        /// The watcher is forgotten; `gone` are addresses that were watched before and are not any more.
        case tooManyAddresses(gone: [Address])
    }

    enum Answer: Equatable {
        /// The watcher is not known: it has to register again and to trust no cache.
        case lost
        case changes([Address])
        case nothing
    }

    private let limits: WatchLimits
    private var watchers: [UInt64: Watcher] = [:]
    private var byAddress: [Address: [UInt64]] = [:]
    private(set) var sequence: UInt64

    /// Sequences go on from `start`; let it grow from run to run.
    init(limits: WatchLimits, start: UInt64) {
        self.limits = limits
        sequence = start
    }

    var count: Int { watchers.count }
    func isWatched(_ address: Address) -> Bool { byAddress[address] != nil }

    /// Registers; returns the addresses that are watched from now on and were not before, and those not any more.
    mutating func watch(
        _ id: UInt64, add: [Address], remove: [Address], now: UInt64
    ) throws(Refusal) -> (new: [Address], gone: [Address]) {
        var watcher = if let known = watchers[id] { known } else { try registration() }
        watcher.expires = now + limits.expiryMilliseconds
        var gone: [Address] = []
        for address in remove where watcher.addresses.remove(address) != nil {
            watcher.changes[address] = nil
            if unlink(address, from: id) { gone.append(address) }
        }
        var new: [Address] = []
        var full = false
        for address in add where !watcher.addresses.contains(address) {
            if watcher.addresses.count >= limits.addressesPerWatcher {
                full = true
                break
            }
            watcher.addresses.insert(address)
            if byAddress[address, default: []].isEmpty { new.append(address) }
            byAddress[address, default: []].append(id)
        }
        watchers[id] = watcher
        guard !full else {
            // Half a registration would look like a whole one: the watcher is forgotten and finds out by `lost`.
            let added = Set(new)
            throw .tooManyAddresses(gone: gone + forget(id).filter { !added.contains($0) })
        }
        return (new, gone)
    }

    private mutating func registration() throws(Refusal) -> Watcher {
        if watchers.count >= limits.watchers { throw .tooManyWatchers }
        sequence += 1
        return Watcher(expires: 0, since: sequence)
    }

    /// A mailbox changed. Returns the watchers that have something to be told now.
    mutating func changed(_ address: Address) -> [UInt64] {
        guard let interested = byAddress[address] else { return [] }
        sequence += 1
        for id in interested { watchers[id]?.changes[address] = sequence }
        return interested
    }

    /// What changed after the sequence that the watcher has seen, 0 where it has seen none. A watcher that was forgotten
    /// and has registered again is told `.lost`, because nobody knows what it missed.
    mutating func changes(_ id: UInt64, after: UInt64, now: UInt64) -> Answer {
        guard var watcher = watchers[id], after == 0 || after >= watcher.since else { return .lost }
        watcher.expires = now + limits.expiryMilliseconds
        if !watcher.changes.isEmpty { watcher.changes = watcher.changes.filter { $0.value > after } }
        watchers[id] = watcher
        if watcher.changes.isEmpty { return .nothing }
        return .changes(Array(watcher.changes.keys))
    }

    /// Forgets watchers that were not heard of; returns addresses that nobody watches any more.
    mutating func expire(now: UInt64) -> [Address] {
        watchers.filter { $0.value.expires <= now }.flatMap { forget($0.key) }
    }

    /// Forgets every watcher with an address of which `lost` is true: it has to ask the new holder. Returns the
    /// watchers, and the addresses that nobody watches any more.
    mutating func lose(where lost: (Address) -> Bool) -> (watchers: [UInt64], gone: [Address]) {
        let affected = watchers.filter { $0.value.addresses.contains(where: lost) }.map(\.key)
        return (affected, affected.flatMap { forget($0) })
    }

    private mutating func forget(_ id: UInt64) -> [Address] {
        guard let watcher = watchers.removeValue(forKey: id) else { return [] }
        return watcher.addresses.filter { unlink($0, from: id) }
    }

    /// Returns whether nobody watches the address any more.
    private mutating func unlink(_ address: Address, from id: UInt64) -> Bool {
        guard var interested = byAddress[address] else { return false }
        interested.removeAll { $0 == id }
        byAddress[address] = interested.isEmpty ? nil : interested
        return interested.isEmpty
    }
}
