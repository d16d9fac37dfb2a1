internal import DurableFiles
internal import HashRing
internal import Lease
internal import Logging
internal import Queue
internal import StatuscastModel
internal import Synchronization
internal import SystemClock
internal import Wire

/// Takes what leases of the lane can be had, and again tries for the others about every second.
struct LeaseKeeper {
    /// Streams older than this that the queue does not know any more are left out of cursors.
    static let forgottenStreamMilliseconds: UInt64 = 30 * 86_400_000

    private let parts: DeliverParts
    private let address: String
    private let files: any FileSystem
    private var nextSerial: UInt64 = 1
    private var lastTrouble: [PartitionIndex: String] = [:]

    init(_ parts: DeliverParts, address: WireAddress, files: any FileSystem) {
        self.parts = parts
        self.address = address.description
        self.files = files
    }

    /// Until cancelled.
    mutating func run() async throws {
        let wanted = parts.configuration.wantedPartitions ?? parts.configuration.partitions.all
        while !Task.isCancelled {
            let missing = parts.board.withState { state in wanted.filter { state.tenures[$0] == nil } }
            let leases = await acquire(missing)
            if !leases.isEmpty { await open(leases) }
            await learnEnds()
            // Nobody tells when a lock of another process on the shared directory comes free: it has to be tried.
            let interval = Double(parts.configuration.leaseRetryMilliseconds) * Double.random(in: 0.75...1.25)
            try? await Task.sleep(for: .milliseconds(Int(interval)))
        }
    }

    private mutating func acquire(_ partitions: [PartitionIndex]) async -> [PartitionIndex: Lease] {
        let (parts, address, files) = (self.parts, self.address, self.files)
        typealias Outcome = (PartitionIndex, Result<Lease, FileError>)
        let outcomes = await withTaskGroup(of: Outcome.self) { group in
            for partition in partitions {
                group.addTask {
                    await parts.leaseThreads.run {
                        do throws(FileError) {
                            return (partition, .success(try parts.lease(of: partition, address: address, files: files)))
                        } catch {
                            return (partition, .failure(error))
                        }
                    }
                }
            }
            return await group.reduce(into: [Outcome]()) { $0.append($1) }
        }
        var leases: [PartitionIndex: Lease] = [:]
        for (partition, outcome) in outcomes {
            switch outcome {
            case .success(let lease): leases[partition] = lease
            case .failure(let error): report(error, of: partition)
            }
        }
        return leases
    }

    /// A lease that another process holds is normal; anything else is said once.
    private mutating func report(_ error: FileError, of partition: PartitionIndex) {
        guard error.code != .locked else { return }
        let text = error.description
        if lastTrouble.updateValue(text, forKey: partition) != text {
            parts.logger.error("no lease", metadata: ["partition": "\(partition)", "error": "\(text)"])
        }
    }

    // MARK: Opening

    /// Announces the terms, finds where to start, and hands the partitions to the intake.
    private mutating func open(_ leases: [PartitionIndex: Lease]) async {
        do {
            let refused = try await announce(leases)
            let held = leases.filter { !refused.contains($0.key) }
            let starts = try await starts(of: held)
            for (partition, lease) in held {
                let (start, ends) = starts[partition] ?? (Cursor(), nil)
                let tenure = Tenure(lease: lease, serial: nextSerial, start: start, ends: ends)
                nextSerial += 1
                parts.board.withState { $0.install(tenure, of: partition) }
            }
            if !held.isEmpty { parts.logger.info("partitions taken", metadata: ["count": "\(held.count)"]) }
            for partition in refused { await release(leases[partition]) }
        } catch {
            // Nothing was opened under these leases: their terms end as they began.
            for lease in leases.values { await release(lease) }
        }
    }

    private func release(_ lease: Lease?) async {
        guard let lease else { return }
        await parts.leaseThreads.run { lease.abandon() }
    }

    /// Returns the partitions of which the queue knows a higher term: another holder is there, or was, and the next try
    /// takes a higher one.
    private func announce(_ leases: [PartitionIndex: Lease]) async throws -> Set<PartitionIndex> {
        let (queue, topic, logger) = (parts.queue, parts.configuration.lane.topic, parts.logger)
        return try await withThrowingTaskGroup(of: PartitionIndex?.self) { group in
            for (partition, lease) in leases {
                group.addTask {
                    try await persistently("announce", logger) { () throws(QueueError) in
                        do throws(QueueError) {
                            try await queue.announce(
                                term: lease.term, topic: topic, group: Topics.Group.deliver, partition: partition)
                            return nil
                        } catch {
                            guard error.code == .staleTerm else { throw error }
                            return partition
                        }
                    }
                }
            }
            return try await group.reduce(into: Set()) { refused, partition in
                if let partition { refused.insert(partition) }
            }
        }
    }

    /// Where to start, and the ends. These need every node: while one is away there are none, and work begins without.
    private func starts(of leases: [PartitionIndex: Lease]) async throws -> [PartitionIndex: (Cursor, Cursor?)] {
        let (queue, topic) = (parts.queue, parts.configuration.lane.topic)
        let partitions = Array(leases.keys)
        let ends = await ends(of: partitions)
        let committed = try await persistently("committed", parts.logger) { () throws(QueueError) in
            try await queue.committed(topic, group: Topics.Group.deliver, partitions: partitions)
        }
        var starts: [PartitionIndex: (Cursor, Cursor?)] = [:]
        for (partition, lease) in leases {
            var start = await savedCursor(lease)
            start.merge(committed[partition] ?? Cursor())
            let end = ends.map { $0[partition] ?? Cursor() }
            if let end {
                let now = UnixClock.milliseconds()
                start.keepOnly { end[$0] > 0 || $0.openedUnixMilliseconds + Self.forgottenStreamMilliseconds > now }
            }
            starts[partition] = (start, end)
        }
        return starts
    }

    /// Nil while the queue cannot say.
    private func ends(of partitions: [PartitionIndex]) async -> [PartitionIndex: Cursor]? {
        do throws(QueueError) {
            return try await parts.queue.ends(of: parts.configuration.lane.topic, partitions: partitions)
        } catch {
            parts.logger.debug("ends not known yet", metadata: ["error": "\(error)"])
            return nil
        }
    }

    /// Asks again for the ends of partitions that were opened without; until then they count as catching up.
    private func learnEnds() async {
        let opened = parts.board.withState { state in
            state.tenures.filter { $0.value.endsAtTakeOver == nil }.mapValues(\.serial)
        }
        guard !opened.isEmpty, let ends = await ends(of: Array(opened.keys)) else { return }
        parts.board.withState { state in
            for (partition, serial) in opened where state.tenures[partition]?.serial == serial {
                state.tenures[partition]?.learned(ends: ends[partition] ?? Cursor())
            }
        }
    }

    /// A damaged cursor file costs a longer replay and nothing else: the queue's memory of commits remains.
    private func savedCursor(_ lease: Lease) async -> Cursor {
        do {
            let bytes = try await parts.leaseThreads.run { () throws(FileError) in try lease.loadCursor() }
            return try bytes.map { try CursorCodec.decoded($0) } ?? Cursor()
        } catch {
            parts.logger.error("cursor file not used", metadata: ["lease": "\(lease.name)", "error": "\(error)"])
            return Cursor()
        }
    }
}

extension DeliverParts {
    fileprivate func lease(
        of partition: PartitionIndex, address: String, files: any FileSystem
    ) throws(FileError) -> Lease {
        try Lease.acquire(
            LeaseName(scope: configuration.lane.rawValue, index: Int(partition.rawValue)),
            in: configuration.sharedDirectory, address: address, files: files)
    }
}
