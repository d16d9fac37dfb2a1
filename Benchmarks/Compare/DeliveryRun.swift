import HashRing
import Measuring
import Queue
import Settings
import StatuscastModel

/// A queue node and a delivery worker as processes, fed with items as the spread makes them.
struct DeliveryRun: Sendable {
    static let accounts = 10_000
    static let followers = 100
    /// As many as the spread puts into one frame under load.
    private static let statusesPerFrame = 50

    let place: Place
    let directory: String
    let statuses: Int

    private var data: String { directory + "/data" }

    /// Deliveries a second, from the first append to the sync of the last mailbox.
    func measure() async throws -> Double {
        let world = try await World.make(
            accounts: Self.accounts, followersEach: Self.followers, data: DataDirectory(data))
        let node = try await QueueProcess.start(
            executable: place.bin + "/statuscast-queue", directory: directory, listen: "unix:\(data)/run/queue-q1.sock")
        let port = try await FreePort.find()
        let worker = try ChildProcess(
            place.bin + "/statuscast-deliver",
            [
                "--data", data, "--queue-nodes", "q1", "--lane", "normal", "--log-level", "warning",
                "--metrics-listen", "127.0.0.1:\(port)", "--set", "deliver.sweep_interval=1s",
            ], output: directory + "/deliver.log")
        do {
            try await worker.waitUntilReady { try await OperatorPage(port: port).isReady() }
            let perSecond = try await deliver(world, node.queue, port)
            worker.stop()
            await node.stop()
            return perSecond
        } catch {
            worker.stop()
            await node.stop()
            throw BenchmarkError("\(error)\n\(worker.said)")
        }
    }

    private func deliver(_ world: World, _ queue: any Queue, _ port: Int) async throws -> Double {
        let expected = statuses * Self.followers
        let watch = Stopwatch()
        let recordBytes = try await append(world, to: queue)
        let page = OperatorPage(port: port)
        try await waitUntil("deliveries synced", withinSeconds: 300) {
            try await page.value("statuscast_deliver_synced_deliveries_total") >= Double(expected)
        }
        let perSecond = Double(expected) / watch.seconds
        let bytes = ScratchDirectory.bytes(below: data + "/shared/mailboxes")
        try verify(
            bytes == recordBytes * Self.followers,
            "\(bytes) bytes in the mailboxes, \(recordBytes * Self.followers) delivered")
        return perSecond
    }

    /// Answers the bytes of all records, each counted once.
    private func append(_ world: World, to queue: any Queue) async throws -> Int {
        try await withThrowingTaskGroup(of: Int.self) { group in
            var underWay = 0
            var bytes = 0
            for start in stride(from: 0, to: statuses, by: Self.statusesPerFrame) {
                // As the spread does: some batches under way, never all.
                if underWay == 8 { bytes += try await group.next() ?? 0 } else { underWay += 1 }
                group.addTask { try await append(start, world, queue) }
            }
            return try await group.reduce(into: bytes) { $0 += $1 }
        }
    }

    private func append(_ start: Int, _ world: World, _ queue: any Queue) async throws -> Int {
        var bytes = 0
        let items = (start..<min(start + Self.statusesPerFrame, statuses)).map { number in
            let author = world.accounts[number * 7919 % world.accounts.count]
            let record = SampleStatus.rendered(SampleStatus.record(number, author: author))
            bytes += record.count
            return DeliveryItem(
                id: SampleStatus.id(number), author: author, toFollowers: true, addresses: [], record: record[...]
            ).encoded()
        }
        let frame = ItemBatch.encoded(items)
        try await queue.append(
            PartitionCount.default.all.map { OutgoingFrame(partition: $0, bytes: frame) }, to: Lane.normal.topic)
        return bytes
    }
}
