internal import Synchronization

/// The indexes of the mailboxes that were read last, as many as fit into a bound of memory.
final class IndexCache: Sendable {
    private struct Entry {
        let index: MailboxIndex
        var lastUse: UInt64
        var memoryBytes: Int
    }

    private struct State {
        var entries: [MailboxLocation: Entry] = [:]
        var memoryBytes = 0
        var uses: UInt64 = 0
    }

    private let state = Mutex(State())
    private let memoryBytesMax: Int

    init(memoryBytesMax: Int) { self.memoryBytesMax = memoryBytesMax }

    func index(of location: MailboxLocation) -> MailboxIndex {
        state.withLock { state in
            state.uses += 1
            if let entry = state.entries[location] {
                state.entries[location]?.lastUse = state.uses
                return entry.index
            }
            let index = MailboxIndex()
            state.entries[location] = Entry(index: index, lastUse: state.uses, memoryBytes: 0)
            return index
        }
    }

    /// Says how large the index of a mailbox has become; what was used longest ago goes if that is too much in all.
    func measured(_ location: MailboxLocation, memoryBytes: Int) {
        state.withLock { state in
            guard let entry = state.entries[location] else { return }
            let withOverhead = memoryBytes + 400
            state.memoryBytes += withOverhead - entry.memoryBytes
            state.entries[location]?.memoryBytes = withOverhead
            if state.memoryBytes > memoryBytesMax { evict(&state) }
        }
    }

    var memoryBytes: Int { state.withLock { $0.memoryBytes } }

    /// Down to three quarters of the bound, so that the sorting is paid for by many additions.
    private func evict(_ state: inout State) {
        for (location, entry) in state.entries.sorted(by: { $0.value.lastUse < $1.value.lastUse }) {
            if state.memoryBytes <= memoryBytesMax / 4 * 3 { return }
            state.memoryBytes -= entry.memoryBytes
            state.entries[location] = nil
        }
    }
}
