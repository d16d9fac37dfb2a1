internal import HashRing
internal import StatuscastModel

/// What one thread took to write to one mailbox. Until it is given back (`complete` or `restore`) nobody else writes
/// that mailbox, and its records stay alive.
struct BundleClaim: Sendable {
    let address: Address
    let partition: PartitionIndex
    /// The term in whose file it goes.
    let term: UInt64
    let records: [ArraySlice<UInt8>]
    /// Of the record that has been pending longest; the milliseconds of its making are in it.
    let oldestID: UInt64
    let slot: UInt32
    let head: UInt32
    let tail: UInt32
    let epoch: UInt64

    var count: Int { records.count }
}

extension PendingDeliveries {
    enum MailboxState {
        case nothingPending
        case pending(slot: UInt32)
        /// Another thread is writing this mailbox.
        case busy(slot: UInt32)
    }

    // MARK: Sweeps

    /// Everything pending now belongs to the sweep; what comes later gathers for the next one.
    mutating func beginSweep() {
        // What an interrupted sweep left over is still in front.
        sweeping.removeFirst(sweepPosition)
        sweepPosition = 0
        if sweeping.isEmpty { swap(&sweeping, &gathering) } else { sweeping.append(contentsOf: gathering) }
        gathering.removeAll(keepingCapacity: true)
        sweepActive = true
    }

    /// Orders what is left by partition, so that an interrupted sweep has finished some partitions.
    mutating func orderSweepByPartition() {
        let slots = slots
        sweeping[sweepPosition...].sort { slots[Int($0)].partition < slots[Int($1)].partition }
    }

    /// The next mailboxes of the sweep; none where all are taken (those that others are writing remain in the list).
    mutating func claimSwept(_ limit: Int) -> [BundleClaim] {
        var claims: [BundleClaim] = []
        let end = sweeping.count
        while sweepPosition < end, claims.count < limit {
            let slot = sweeping[sweepPosition]
            sweepPosition += 1
            guard slots[Int(slot)].head != MailboxSlot.none else { continue }
            if slots[Int(slot)].flags.contains(.writing) { sweeping.append(slot) } else { claims.append(claim(slot)) }
        }
        return claims
    }

    var sweepIsDrained: Bool { sweepPosition == sweeping.count }

    /// Ends the sweep. Returns the partitions that still have something from before; it stays for the next one.
    ///
    /// Call it before the sync: what another thread takes of an interrupted sweep's rest (a freshen, a watched mailbox)
    /// is then still seen here, while after the sync it may be gone from the list without having been covered.
    mutating func endSweep() -> Set<PartitionIndex> {
        var left: Set<PartitionIndex> = []
        for slot in sweeping[sweepPosition...].map({ slots[Int($0)] })
        where slot.head != MailboxSlot.none || slot.flags.contains(.writing) {
            left.insert(PartitionIndex(rawValue: slot.partition))
        }
        sweepActive = false
        return left
    }

    // MARK: Single mailboxes

    /// Claims what is still to be claimed of the `limit` entries that have been urgent longest.
    mutating func claimUrgent(_ limit: Int) -> [BundleClaim] {
        let oldest = Array(urgent.prefix(limit))
        urgent.removeFirst(oldest.count)
        var claims: [BundleClaim] = []
        for slot in oldest {
            let value = slots[Int(slot)]
            // One that is being written becomes urgent again when that is done.
            guard value.head != MailboxSlot.none, !value.flags.contains(.writing) else { continue }
            claims.append(claim(slot))
        }
        return claims
    }

    func state(of address: Address) -> MailboxState {
        guard let slot = slot(of: address) else { return .nothingPending }
        if slots[Int(slot)].flags.contains(.writing) { return .busy(slot: slot) }
        return slots[Int(slot)].head == MailboxSlot.none ? .nothingPending : .pending(slot: slot)
    }

    /// Takes what a slot has; it must have something, and nobody else may be writing it.
    mutating func claim(_ slot: UInt32) -> BundleClaim {
        let value = slots[Int(slot)]
        var records: [ArraySlice<UInt8>] = []
        records.reserveCapacity(Int(value.count))
        let oldestID = table.records[Int(references[Int(value.head)].record)].id
        var next = value.head
        while next != MailboxSlot.none {
            records.append(table.records[Int(references[Int(next)].record)].bytes)
            next = references[Int(next)].next
        }
        slots[Int(slot)].head = MailboxSlot.none
        slots[Int(slot)].tail = MailboxSlot.none
        slots[Int(slot)].count = 0
        slots[Int(slot)].flags.remove(.listed)
        slots[Int(slot)].flags.insert(.writing)
        underway[epoch, default: 0] += 1
        let partition = PartitionIndex(rawValue: value.partition)
        return BundleClaim(
            address: address(of: value), partition: partition, term: terms[partition] ?? 0, records: records,
            oldestID: oldestID, slot: slot, head: value.head, tail: value.tail, epoch: epoch)
    }

    // MARK: Giving back

    /// The bundle is written (or given up): its references go. Returns whether somebody watches the mailbox.
    @discardableResult
    mutating func complete(_ claim: BundleClaim) -> Bool {
        freeChain(from: claim.head)
        settle(claim)
        let slot = slots[Int(claim.slot)]
        let watched = slot.flags.contains(.watched)
        if slot.head == MailboxSlot.none {
            freeSlot(claim.slot)
        } else if watched {
            urgent.append(claim.slot)
        }
        return watched
    }

    /// The bundle could not be written: it is pending again, in front of what came meanwhile, and part of the sweep that
    /// is under way (what it holds may be from before that sweep's cursors).
    mutating func restore(_ claim: BundleClaim) {
        settle(claim)
        let index = Int(claim.slot)
        if slots[index].flags.contains(.dropped) {
            freeChain(from: claim.head)
            freeSlot(claim.slot)
            return
        }
        references[Int(claim.tail)].next = slots[index].head
        if slots[index].head == MailboxSlot.none { slots[index].tail = claim.tail }
        slots[index].head = claim.head
        slots[index].count += UInt32(claim.count)
        slots[index].flags.insert(.listed)
        if sweepActive { sweeping.append(claim.slot) } else { gathering.append(claim.slot) }
    }

    /// Record ids and bytes of a claim, for its dead letters.
    func recordsByID(of claim: BundleClaim) -> [(id: UInt64, bytes: ArraySlice<UInt8>)] {
        var found: [(id: UInt64, bytes: ArraySlice<UInt8>)] = []
        var next = claim.head
        while next != MailboxSlot.none, found.count < claim.count {
            let record = table.records[Int(references[Int(next)].record)]
            found.append((record.id, record.bytes))
            next = references[Int(next)].next
        }
        return found
    }

    private mutating func settle(_ claim: BundleClaim) {
        slots[Int(claim.slot)].flags.remove(.writing)
        let left = (underway[claim.epoch] ?? 1) - 1
        underway[claim.epoch] = left == 0 ? nil : left
    }

    // MARK: Barriers

    /// Claims taken up to now are told apart from later ones by the number this returns.
    mutating func closeEpoch() -> UInt64 {
        epoch += 1
        return epoch - 1
    }

    func isUnderway(through epoch: UInt64) -> Bool { underway.keys.contains { $0 <= epoch } }

    // MARK: Giving up

    /// Throws away what is pending for a partition; bundles being written right now are freed when given back.
    mutating func drop(_ partition: PartitionIndex) {
        for slot in slots.indices
        where slots[slot].flags.contains(.used) && slots[slot].partition == partition.rawValue {
            freeChain(from: slots[slot].head)
            slots[slot].head = MailboxSlot.none
            slots[slot].tail = MailboxSlot.none
            slots[slot].count = 0
            if slots[slot].flags.contains(.writing) {
                unmap(UInt32(slot))
                slots[slot].flags.insert(.dropped)
                slots[slot].flags.remove(.watched)
            } else {
                freeSlot(UInt32(slot))
            }
        }
    }
}
