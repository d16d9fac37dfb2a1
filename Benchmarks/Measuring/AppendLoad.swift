public import SegmentLog
internal import Synchronization

/// A closed loop of appenders on a segment log: each appends one frame, and the next once that is durable. No thread
/// waits for any of them.
///
/// What is far behind is dropped while it runs, as consumers do that keep up, so that segment files are used again.
public final class AppendLoad: Sendable {
    private static let keptFrames: UInt64 = 2048

    private let log: SegmentLog
    private let payload: [UInt8]
    private let streams: [LoadStream]
    private let acknowledged = Atomic<Int>(0)
    private let underWay = Atomic<Int>(0)
    private let isStopping = Atomic<Bool>(false)
    private let milliseconds = Mutex<[Double]>([])
    private let failure = Mutex<SegmentLogError?>(nil)

    public init(_ log: SegmentLog, payload: [UInt8], streams: Int) {
        self.log = log
        self.payload = payload
        self.streams = (0..<streams).map { LoadStream(key: LogStream(partition: UInt16($0), high: 1, low: UInt64($0))) }
    }

    /// Runs `appenders` for some seconds after a warm-up of a third of them. Answers frames a second, and the latency
    /// below which 99 of 100 lie, in milliseconds.
    public func run(appenders: Int, seconds: Double) async throws -> (perSecond: Double, p99Milliseconds: Double) {
        for appender in 0..<appenders { append(appender) }
        try await ContinuousClock().sleep(for: .seconds(seconds / 3))
        milliseconds.withLock { $0.removeAll(keepingCapacity: true) }
        let before = acknowledged.load(ordering: .relaxed)
        let watch = Stopwatch()
        try await ContinuousClock().sleep(for: .seconds(seconds))
        let count = acknowledged.load(ordering: .relaxed) - before
        let elapsed = watch.seconds
        let latencies = milliseconds.withLock { $0 }
        isStopping.store(true, ordering: .releasing)
        try await waitUntil("the last appends", withinSeconds: 60) { underWay.load(ordering: .acquiring) == 0 }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return (Double(count) / elapsed, percentile(0.99, of: latencies))
    }

    /// Throws unless a log, this one or one opened after it, holds the last frame of every stream and as many numbers
    /// as were acknowledged.
    public func verify(in log: SegmentLog) throws {
        let held = log.streams()
        var sum = 0
        for stream in streams {
            let (key, issued) = (stream.key, stream.numbers.withLock { $0.issued })
            guard issued > 0 else { continue }
            sum += Int(issued)
            try Measuring.verify(held[key]?.last == issued, "stream \(key) ends at \(issued), not as the log says")
            let frames = try log.read(key, from: issued, maxBytes: 1 << 20)
            let expected = LogFrame(stream: key, number: issued, bytes: payload)
            try Measuring.verify(frames == [.frame(expected)], "frame \(issued) of stream \(key) differs")
        }
        let acknowledged = acknowledged.load(ordering: .acquiring)
        try Measuring.verify(sum == acknowledged, "\(sum) frames for \(acknowledged) acknowledgements")
    }

    private func append(_ appender: Int) {
        underWay.wrappingAdd(1, ordering: .relaxed)
        let start = ContinuousClock.now
        let stream = streams[appender % streams.count]
        // The lock is held over the call: numbers must reach the log in their order.
        stream.numbers.withLock { numbers in
            numbers.issued += 1
            let frame = LogFrame(stream: stream.key, number: numbers.issued, bytes: payload)
            log.append([frame]) { [self] result in finish(appender, start, result) }
            if numbers.issued > numbers.dropped + 2 * Self.keptFrames {
                numbers.dropped = numbers.issued - Self.keptFrames
                log.drop(stream.key, through: numbers.dropped)
            }
        }
    }

    private func finish(_ appender: Int, _ start: ContinuousClock.Instant, _ result: Result<Void, SegmentLogError>) {
        switch result {
        case .success:
            acknowledged.wrappingAdd(1, ordering: .relaxed)
            milliseconds.withLock { $0.append(start.seconds(to: .now) * 1000) }
            if !isStopping.load(ordering: .acquiring) { append(appender) }
        case .failure(let error): failure.withLock { $0 = error }
        }
        underWay.wrappingSubtract(1, ordering: .releasing)
    }
}

/// One stream of the load: the last number that was given away, and the last that was dropped.
private final class LoadStream: Sendable {
    let key: LogStream
    let numbers = Mutex<(issued: UInt64, dropped: UInt64)>((0, 0))

    init(key: LogStream) { self.key = key }
}
