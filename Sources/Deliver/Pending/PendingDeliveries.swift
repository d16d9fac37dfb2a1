internal import HashRing
internal import StatuscastModel

/// What was accepted and is not written yet, by mailbox: a pure state machine without files, clocks or locks.
///
/// Invariant: a mailbox with something pending is in `gathering` or, while a sweep is under way, in `gathering` or
/// `sweeping`; what it had when the sweep began is under way or leads to an entry in `sweeping`. Entries may be stale or
/// double; taking from a list checks the slot. Homes are keyed by account, everything else (a small part) by address.
struct PendingDeliveries {
    private(set) var table = RecordTable()
    /// Deliveries pending or under way.
    private(set) var deliveries = 0
    var slots: [MailboxSlot] = []
    var references: [PendingReference] = []
    var gathering: [UInt32] = []
    var sweeping: [UInt32] = []
    var sweepPosition = 0
    var sweepActive = false
    /// Watched mailboxes that want to be written at once.
    var urgent: [UInt32] = []
    var epoch: UInt64 = 1
    /// Claims taken and not given back, by the epoch in which they were taken.
    var underway: [UInt64: Int] = [:]
    /// The term in whose files a partition's bundles go.
    var terms: [PartitionIndex: UInt64] = [:]

    private var freeSlots: [UInt32] = []
    private var freeReferences = MailboxSlot.none
    private var homes: [UInt64: UInt32] = [:]
    private var named: [Address: UInt32] = [:]
    private var names: [Address] = []
    private var freeNames: [Int] = []
    private var watchedHomes: Set<UInt64> = []
    private var watchedNames: Set<Address> = []

    /// Mailboxes with something pending or under way.
    var mailboxes: Int { slots.count - freeSlots.count }

    /// What all this takes in memory, about: a slot counts with its entries in dictionary and list.
    var bytes: Int { table.bytes + table.count * 96 + deliveries * 8 + mailboxes * 72 }

    // MARK: Records

    mutating func retainRecord(id: UInt64, bytes: ArraySlice<UInt8>) -> UInt32 { table.retain(id: id, bytes: bytes) }
    mutating func releaseRecord(_ record: UInt32) { table.release(record) }

    // MARK: Deliveries

    /// Adds one delivery. The same record twice in a row for one mailbox counts once: returns whether it was added.
    @discardableResult
    mutating func deliver(_ record: UInt32, toHome account: AccountID, partition: PartitionIndex) -> Bool {
        if let slot = homes[account.rawValue] { return link(record, to: slot) }
        var flags: MailboxSlot.Flags = [.home, .used]
        if !watchedHomes.isEmpty, watchedHomes.contains(account.rawValue) { flags.insert(.watched) }
        let slot = makeSlot(MailboxSlot(key: account.rawValue, partition: partition.rawValue, flags: flags))
        homes[account.rawValue] = slot
        return link(record, to: slot)
    }

    @discardableResult
    mutating func deliver(_ record: UInt32, to address: Address, partition: PartitionIndex) -> Bool {
        if case .home(let account) = address { return deliver(record, toHome: account, partition: partition) }
        if let slot = named[address] { return link(record, to: slot) }
        var flags: MailboxSlot.Flags = .used
        if watchedNames.contains(address) { flags.insert(.watched) }
        let name = freeNames.popLast() ?? names.count
        if name == names.count { names.append(address) } else { names[name] = address }
        let slot = makeSlot(MailboxSlot(key: UInt64(name), partition: partition.rawValue, flags: flags))
        named[address] = slot
        return link(record, to: slot)
    }

    private mutating func link(_ record: UInt32, to slot: UInt32) -> Bool {
        let index = Int(slot)
        let tail = slots[index].tail
        if tail != MailboxSlot.none, references[Int(tail)].record == record { return false }
        table.retain(record)
        let reference = makeReference(record)
        if tail == MailboxSlot.none {
            slots[index].head = reference
            if slots[index].flags.contains(.watched) { urgent.append(slot) }
        } else {
            references[Int(tail)].next = reference
        }
        slots[index].tail = reference
        slots[index].count += 1
        deliveries += 1
        if slots[index].flags.insert(.listed).inserted { gathering.append(slot) }
        return true
    }

    // MARK: Watching

    /// Says whether somebody wants to be told of changes; what is pending becomes urgent.
    mutating func setWatched(_ address: Address, _ watched: Bool) {
        if case .home(let account) = address {
            if watched { watchedHomes.insert(account.rawValue) } else { watchedHomes.remove(account.rawValue) }
        } else {
            if watched { watchedNames.insert(address) } else { watchedNames.remove(address) }
        }
        guard let slot = slot(of: address) else { return }
        if !watched {
            slots[Int(slot)].flags.remove(.watched)
        } else if slots[Int(slot)].flags.insert(.watched).inserted, slots[Int(slot)].head != MailboxSlot.none {
            urgent.append(slot)
        }
    }

    // MARK: Slots and references

    func slot(of address: Address) -> UInt32? {
        if case .home(let account) = address { return homes[account.rawValue] }
        return named[address]
    }

    func address(of slot: MailboxSlot) -> Address {
        slot.flags.contains(.home) ? .home(AccountID(rawValue: slot.key)) : names[Int(slot.key)]
    }

    private mutating func makeSlot(_ slot: MailboxSlot) -> UInt32 {
        guard let reused = freeSlots.popLast() else {
            slots.append(slot)
            return UInt32(slots.count - 1)
        }
        slots[Int(reused)] = slot
        return reused
    }

    /// From now on no delivery finds this slot by its address.
    mutating func unmap(_ slot: UInt32) {
        let value = slots[Int(slot)]
        if value.flags.contains(.home) {
            if homes[value.key] == slot { homes[value.key] = nil }
        } else if named[names[Int(value.key)]] == slot {
            named[names[Int(value.key)]] = nil
        }
    }

    mutating func freeSlot(_ slot: UInt32) {
        unmap(slot)
        if !slots[Int(slot)].flags.contains(.home) { freeNames.append(Int(slots[Int(slot)].key)) }
        slots[Int(slot)].flags = []
        freeSlots.append(slot)
    }

    private mutating func makeReference(_ record: UInt32) -> UInt32 {
        let value = PendingReference(record: record, next: MailboxSlot.none)
        let reused = freeReferences
        guard reused != MailboxSlot.none else {
            references.append(value)
            return UInt32(references.count - 1)
        }
        freeReferences = references[Int(reused)].next
        references[Int(reused)] = value
        return reused
    }

    /// Forgets a chain of references and lets its records go.
    mutating func freeChain(from head: UInt32) {
        var next = head
        while next != MailboxSlot.none {
            let reference = references[Int(next)]
            table.release(reference.record)
            references[Int(next)].next = freeReferences
            freeReferences = next
            deliveries -= 1
            next = reference.next
        }
    }
}
