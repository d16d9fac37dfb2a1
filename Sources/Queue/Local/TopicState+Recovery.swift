internal import HashRing
internal import SegmentLog

extension TopicState {
    /// Takes up what a log remembers, and gives up in the log what needs not be remembered any more. Blocks.
    init(recovering log: SegmentLog, groups: [String], now: UInt64) throws(QueueError) {
        self.init(groups: groups)
        var commits: [(key: StreamKey, group: String, number: UInt64)] = []
        for (key, value) in log.notes() {
            switch try TopicNote(key: key, value: value) {
            case .opening(let key): self[key] = Stream(opened: true, usedUnixMilliseconds: now)
            case .term(let partition, let group, let term): restoreTerm(term, group: group, partition: partition)
            case .commit(let key, let group, let number): commits.append((key, group, number))
            }
        }
        for commit in commits {
            if self[commit.key] != nil {
                restoreCommit(commit.key, group: commit.group, number: commit.number)
            } else {
                log.forget(key: TopicNote.commitKey(commit.key, group: commit.group))
            }
        }
        let stored = log.streams()
        for (stream, range) in stored where self[StreamKey(stream)] == nil {
            // Forgotten, and the crash came before its frames were given up.
            log.drop(stream, through: range.last)
        }
        for (partition, known) in streams {
            for stream in known.keys {
                let key = StreamKey(partition: partition, stream: stream)
                restoreNumbers(key, stored: stored[LogStream(key)].map { ($0.first, $0.last) })
                if let through = drop(key) { log.drop(LogStream(key), through: through) }
            }
        }
    }

    private mutating func restoreNumbers(_ key: StreamKey, stored: (first: UInt64, last: UInt64)?) {
        // A stream whose frames are all gone goes on behind what was committed of it. That may be less than it once
        // reached, if the last commits were lost: then its producer is refused and opens a new one.
        let reached = groups.map { committedNumber(key, group: $0) }.max() ?? 0
        let last = max(stored?.last ?? 0, reached)
        self[key]?.synced = last
        self[key]?.next = last + 1
        self[key]?.dropped = stored.map { $0.first - min($0.first, 1) } ?? last
    }
}
