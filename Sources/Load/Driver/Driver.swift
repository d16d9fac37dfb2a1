internal import Ledger
internal import LoadReport
internal import NIOCore
internal import SystemClock

/// The open loop: sends what is due when it is due, whatever became of what was sent before, and writes down what
/// came of it. Everything happens on one event loop, which is what makes it safe; nothing in it waits.
final class Driver: @unchecked Sendable {
    /// Arrivals that are closer together are sent together.
    private static let coalesceNanoseconds: UInt64 = 200_000

    private let loop: any EventLoop
    private let plan: LoadPlan
    private let ledger: LedgerWriter
    private let cast: LoadCast
    private let text: StatusText
    /// Takes posts and deletes where they do not go over HTTP.
    private let door: DirectDoor?
    private var connections: Connections?
    private var schedule: ArrivalSchedule
    private var chooser: Chooser
    private var probes: Probes
    private var tally = Tally()
    private var nextDue: UInt64?
    private var probeNumber = 0
    private var directUnderWay = 0
    private var began: UInt64 = 0
    private var lastAccepted: UInt64 = 0
    /// Unix microseconds minus monotonic ones: the ledger's clock does not jump during a run.
    private let unixOffset = UnixClock.microseconds() - MonotonicClock.nanoseconds() / 1_000
    private let done: EventLoopPromise<DriverResult>
    private var isOver = false

    init(_ plan: LoadPlan, _ cast: LoadCast, ledger: LedgerWriter, door: DirectDoor?, on loop: any EventLoop) {
        self.plan = plan
        self.cast = cast
        self.ledger = ledger
        self.door = door
        self.loop = loop
        // When it began: two runs must not post the same, which would rightly be refused as duplicates.
        text = StatusText(run: UnixClock.microseconds())
        schedule = ArrivalSchedule(plan.profile, multiple: plan.mix.multiple, seed: plan.seed)
        chooser = Chooser(plan, cast)
        probes = Probes(cast.pairs)
        done = loop.makePromise()
    }

    /// The run, from its first arrival to its last answer.
    func run() async throws -> DriverResult {
        loop.execute { [self] in begin() }
        return try await done.futureResult.get()
    }

    private func begin() {
        let writer = RequestWriter(http: HTTPRequest(authority: plan.server.authority), cast: cast, text: text)
        let connections = Connections(
            loop, plan.server, count: plan.connections, timeoutSeconds: plan.patienceSeconds,
            request: { writer.bytes($0) }, ended: { [unowned self] in ended($0, begun: $1, $2) })
        self.connections = connections
        connections.open()
        // A moment for the connections; then the clock runs.
        began = MonotonicClock.nanoseconds() + 500_000_000
        nextDue = due(schedule.next())
        loop.scheduleTask(deadline: .uptimeNanoseconds(began)) { [self] in sendDue() }
        lastAccepted = began
        scheduleTick(second: 1, connections)
        if !probes.isEmpty, plan.probesPerSecond > 0 { scheduleProbe() }
    }

    /// Until the run is over, which may be after the end of the offer.
    private func scheduleTick(second: Int, _ connections: Connections) {
        loop.scheduleTask(deadline: .uptimeNanoseconds(began + UInt64(second) * 1_000_000_000)) { [self] in
            guard !isOver else { return }
            tally.tick(waiting: connections.waitingCount)
            connections.closeOverdue()
            scheduleTick(second: second + 1, connections)
        }
    }

    private func due(_ seconds: Double?) -> UInt64? { seconds.map { began + UInt64($0 * 1e9) } }

    // MARK: arrivals

    private func sendDue() {
        let now = MonotonicClock.nanoseconds()
        while let due = nextDue, due <= now {
            if let action = chooser.next(due: due) { send(action) }
            nextDue = self.due(schedule.next())
        }
        door?.flush()
        guard let next = nextDue else { return drain() }
        let at = max(next, now + Self.coalesceNanoseconds)
        loop.scheduleTask(deadline: .uptimeNanoseconds(at)) { [self] in sendDue() }
    }

    private func send(_ action: Action) {
        tally.offered(action.kind)
        if let door, action.kind == .post || action.kind == .delete {
            directUnderWay += 1
            door.add(action, text: action.kind == .post ? text.bytes(action.number) : [])
        } else {
            connections?.send(action)
        }
    }

    private func scheduleProbe() {
        let due = began + UInt64((Double(probeNumber) + 0.5) / plan.probesPerSecond * 1e9)
        guard Double(due - began) / 1e9 < plan.profile.seconds else { return }
        // A second before, its reader opens the page, as somebody does whose client is open.
        let opens = due > began + 1_000_000_000 ? due - 1_000_000_000 : began
        loop.scheduleTask(deadline: .uptimeNanoseconds(opens)) { [self] in
            probeNumber += 1
            scheduleProbe()
            guard let (number, pair) = probes.begin(due: due) else { return }
            connections?.send(Action(kind: .look, due: due, account: pair.reader), first: true)
            loop.scheduleTask(deadline: .uptimeNanoseconds(due)) { [self] in
                var action = chooser.post(by: pair.author, due: due)
                action.probe = number
                send(action)
                door?.flush()
            }
        }
    }

    // MARK: answers

    private func ended(_ action: Action, begun: UInt64, _ answer: HTTPAnswer?) {
        let makesStatus = action.kind == .post || action.kind == .reblog
        let status = makesStatus && answer?.status == 200 ? answer?.leadingID : nil
        let outcome: Tally.Outcome =
            switch answer?.status {
            case 200 where !makesStatus || status != nil: .accepted
            case .some(400..<500): .refused
            default: .unknown
            }
        if action.kind == .look { return looked(action, answer) }
        finish(action, outcome, begun: begun, status: status ?? action.status, isStale: answer?.isStale ?? false)
    }

    /// What the topic `receive` answered.
    func endedDirect(_ action: Action, begun: UInt64, status: UInt64, isAccepted: Bool) {
        directUnderWay -= 1
        finish(action, isAccepted ? .accepted : .unknown, begun: begun, status: status, isStale: false)
    }

    private func finish(_ action: Action, _ outcome: Tally.Outcome, begun: UInt64, status: UInt64, isStale: Bool) {
        let now = MonotonicClock.nanoseconds()
        if outcome == .accepted { lastAccepted = now }
        tally.finished(action.kind, outcome, microseconds: (now - action.due) / 1_000, isStale: isStale)
        chooser.ended(action, status: status, isAcknowledged: outcome == .accepted, now: now)
        write(action, outcome, begun: begun, now: now, status: status)
        guard let probe = action.probe else { return }
        guard outcome == .accepted, let pair = probes.posted(probe, status: status) else {
            return probes.abandon(probe)
        }
        look(probe, pair.reader, status)
    }

    private func look(_ probe: Int, _ reader: Int, _ status: UInt64) {
        let action = Action(
            kind: .look, due: MonotonicClock.nanoseconds(), account: reader, status: status, probe: probe)
        connections?.send(action, first: true)
    }

    private func looked(_ action: Action, _ answer: HTTPAnswer?) {
        guard let probe = action.probe, !isOver else { return }
        // The page is an array: the id stands behind its bracket.
        let isSeen =
            answer.map { $0.bytes.readableBytesView.starts(with: "[{\"id\":\"\(action.status)\"".utf8) } ?? false
        let now = MonotonicClock.nanoseconds()
        guard let pause = probes.looked(probe, seen: isSeen, now: now, runBegan: began) else { return }
        loop.scheduleTask(in: .milliseconds(Int64(pause))) { [self] in look(probe, action.account, action.status) }
    }

    private func write(_ action: Action, _ outcome: Tally.Outcome, begun: UInt64, now: UInt64, status: UInt64) {
        let kind: LedgerRecord.Kind
        switch action.kind {
        case .post: kind = .post
        case .reblog: kind = .reblog
        case .delete: kind = .delete
        case .follow: kind = .follow
        case .unfollow: kind = .unfollow
        case .read, .look: return
        }
        let isFollow = kind == .follow || kind == .unfollow
        let makesStatus = kind == .post || kind == .reblog
        // Its status is its parent until the answer gives it its own.
        let isNamed = !makesStatus || outcome == .accepted || (kind == .post && door != nil)
        let hasParent = makesStatus && action.status != 0
        ledger.add(
            LedgerRecord(
                kind: kind,
                outcome: outcome == .accepted ? .acknowledged : outcome == .refused ? .refused : .unknown,
                account: cast.ids[action.account],
                subject: isFollow ? cast.ids[action.other] : isNamed ? status : 0,
                begun: begun / 1_000 + unixOffset, ended: now / 1_000 + unixOffset,
                text: makesStatus ? TextHash.of(text.bytes(action.number)) : 0,
                parent: hasParent ? action.status : 0, repliedTo: hasParent ? cast.ids[action.other] : 0))
    }

    // MARK: the end

    /// Waits for answers and for what is not visible yet, as long as patience reaches.
    private func drain() {
        let end = began + UInt64((plan.profile.seconds + plan.patienceSeconds) * 1e9)
        let waits = (connections?.waitingCount ?? 0) + (connections?.underWay ?? 0) + directUnderWay + probes.underWay
        let now = MonotonicClock.nanoseconds()
        let isEarly = now < began + UInt64(plan.profile.seconds * 1e9)
        guard isEarly || (waits > 0 && now < end) else { return finishRun() }
        loop.scheduleTask(in: .milliseconds(20)) { [self] in drain() }
    }

    private func finishRun() {
        isOver = true
        for action in connections?.close() ?? [] where action.kind != .look {
            tally.finished(action.kind, .unsent, microseconds: 0)
        }
        if tally.seconds.isEmpty { tally.tick(waiting: 0) }
        // The connections tell of what was under way while they close.
        loop.scheduleTask(in: .milliseconds(100)) { [self] in
            done.succeed(
                DriverResult(
                    actions: tally.actions, visible: probes.lanesSeen(), seconds: tally.seconds, began: began,
                    answeredAfterSeconds: Double(lastAccepted - began) / 1e9))
        }
    }
}

/// What a run came to.
struct DriverResult: Sendable {
    var actions: [RunReport.ActionTotals]
    var visible: [RunReport.VisibleLane]
    var seconds: [RunReport.LoadSecond]
    /// Monotonic nanoseconds.
    var began: UInt64
    /// From `began` to the last acceptance.
    var answeredAfterSeconds: Double
}
