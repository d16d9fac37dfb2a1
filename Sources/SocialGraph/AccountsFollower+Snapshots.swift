internal import DurableFiles
internal import HashRing
internal import Logging
internal import Queue
internal import SystemClock

extension AccountsFollower {
    /// Starts from the newest snapshot that can be used, if there is one.
    func restore() async {
        guard let snapshots else { return }
        let directory = snapshots.directory
        guard await snapshots.threads.run({ directory.newestUnixMilliseconds() }) != nil else { return }
        let ends = await knownEnds(withinMilliseconds: snapshots.schedule.endsMilliseconds)
        let start = MonotonicClock.milliseconds()
        let empty = withLookup { $0 }
        let loaded = await snapshots.threads.run { directory.load(empty, within: ends, onFault: self.tell) }
        guard let loaded else { return }
        withState { state in
            state.lookup = loaded.lookup
            state.applied = loaded.cursors
            state.newestSnapshot = loaded.unixMilliseconds
        }
        logger.info(
            "the look-up starts from a snapshot",
            metadata: [
                "file": "\(loaded.path)", "milliseconds": "\(MonotonicClock.milliseconds() - start)",
            ])
    }

    /// A damaged file is an error of something; that one is of another release, of other settings or of a topic that is
    /// gone is what operators do.
    private func tell(_ fault: SnapshotError) {
        var metadata: Logger.Metadata = ["file": "\(fault.path)", "reason": "\(fault.detail)"]
        if let aside = fault.asidePath { metadata["aside"] = "\(aside)" }
        let outcome = fault.asidePath == nil ? "stays where it is" : "is put aside"
        logger.log(
            level: fault.code == .damaged ? .error : .warning,
            "a snapshot of the look-up is \(fault.code) and \(outcome); accounts is read from further back",
            metadata: metadata)
    }

    /// How far the topic reaches. Nil where the queue cannot say so in that time: a snapshot is then trusted, so that a
    /// node that is away keeps nobody from starting.
    private func knownEnds(withinMilliseconds limit: Int) async -> [PartitionIndex: Cursor]? {
        let deadline = ContinuousClock.now + .milliseconds(limit)
        while !Task.isCancelled {
            do throws(QueueError) { return try await ends() } catch {
                if error.code == .closed { return nil }
                guard ContinuousClock.now < deadline else {
                    logger.warning(
                        "how far the topic accounts reaches is not known; snapshots are trusted without that",
                        metadata: ["milliseconds": "\(limit)", "error": "\(error)"])
                    return nil
                }
            }
            try? await Task.sleep(for: .milliseconds(.random(in: 100...300)))
        }
        return nil
    }

    /// Takes snapshots as the schedule wants them, until the task is cancelled.
    func keepSnapshots() async {
        guard let snapshots else { return }
        let start = UnixClock.milliseconds()
        while !Task.isCancelled {
            try? await Task.sleep(for: .milliseconds(snapshots.schedule.checkMilliseconds))
            let now = UnixClock.milliseconds()
            let isDue = withState { $0.isSnapshotDue(snapshots.schedule, now: now, start: start) }
            guard isDue, !Task.isCancelled else { continue }
            if await !take(snapshots, now: now) {
                try? await Task.sleep(for: .milliseconds(snapshots.schedule.retryMilliseconds))
            }
        }
    }

    /// One snapshot, unless another process has taken one not long ago. False where it failed.
    private func take(_ snapshots: LookupSnapshots, now: UInt64) async -> Bool {
        let directory = snapshots.directory
        let newest = await snapshots.threads.run { directory.newestUnixMilliseconds() }
        if let newest, withState({ $0.isNews(newest) }), newest + snapshots.schedule.leastMilliseconds > now {
            withState { $0.tookSnapshot(newest, bytes: $0.bytesSinceSnapshot) }
            return true
        }
        // Also for the sake of the memory: what is old goes from the look-up itself, not only from the file.
        for part in 0..<withLookup({ $0.forgettingParts }) { withLookup { $0.forget(part: part) } }
        let (lookup, cursors, bytes) = withState { ($0.lookup, $0.applied, $0.bytesSinceSnapshot) }
        do throws(FileError) {
            let written = try await snapshots.threads.run { () throws(FileError) in
                try directory.write(lookup, cursors: cursors, unixMilliseconds: now)
            }
            guard let written else { return true }
            withState { $0.tookSnapshot(now, bytes: bytes) }
            logger.info(
                "a snapshot of the look-up is taken",
                metadata: [
                    "file": "\(written.path)", "bytes": "\(written.bytes)",
                    "milliseconds": "\(UnixClock.milliseconds() - now)",
                ])
            return true
        } catch {
            logger.warning("a snapshot of the look-up cannot be taken; trying again", metadata: ["error": "\(error)"])
            return false
        }
    }
}
