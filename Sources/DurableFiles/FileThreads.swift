internal import CLinux
internal import Glibc
internal import Synchronization

/// A fixed number of threads for blocking file work, so that it never occupies Swift's cooperative pool.
///
/// Work submitted first starts first; the waiting line is as long as its callers let it grow, who bound their own
/// outstanding work. `run` may be called from anywhere, concurrently. The threads end after `stop` has let the
/// waiting work finish; what comes later still gets done, on a thread for itself.
public final class FileThreads: Sendable {
    private struct State {
        var waiting: [@Sendable () -> Void] = []
        var head = 0
        var stopping = false
        /// Those that have not ended.
        var threads: Int
    }

    private let name: String
    private let givesWay: Bool
    private let state: Mutex<State>
    private let wakeups: Wakeups

    /// Threads that give way run when the machine has nothing more urgent to do: for work that may get late.
    public init(name: String, count: Int, givesWay: Bool = false) {
        self.name = name
        self.givesWay = givesWay
        state = Mutex(State(threads: count))
        wakeups = Wakeups()
        for index in 0..<count {
            startThread(name: "\(name)-\(index)", givesWay: givesWay) { [self] in work() }
        }
    }

    /// Runs `body` on one of the threads and returns what it returns.
    public func run<T: Sendable, Failure: Error>(
        _ body: @escaping @Sendable () throws(Failure) -> T
    ) async throws(Failure) -> T {
        let result: Result<T, Failure> = await withCheckedContinuation { continuation in
            submit {
                do throws(Failure) {
                    continuation.resume(returning: .success(try body()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    /// Runs `body` on one of the threads; nobody waits for it.
    public func submit(_ body: @escaping @Sendable () -> Void) {
        let hasThreads = state.withLock { state in
            guard state.threads > 0 else { return false }
            state.waiting.append(body)
            return true
        }
        if hasThreads { wakeups.signal() } else { startThread(name: name, givesWay: givesWay, body) }
    }

    /// Lets the waiting work finish and the threads end; returns at once.
    public func stop() {
        state.withLock { $0.stopping = true }
        wakeups.signalAll()
    }

    private func work() {
        while let body = next() { body() }
    }

    private func next() -> (@Sendable () -> Void)? {
        while true {
            let seen = wakeups.count
            let (body, stopping): ((@Sendable () -> Void)?, Bool) = state.withLock { state in
                guard state.head < state.waiting.count else {
                    if state.stopping { state.threads -= 1 }
                    return (nil, state.stopping)
                }
                let body = state.waiting[state.head]
                state.head += 1
                if state.head > 64 && state.head * 2 > state.waiting.count {
                    state.waiting.removeFirst(state.head)
                    state.head = 0
                }
                return (body, false)
            }
            if let body { return body }
            if stopping { return nil }
            wakeups.wait(after: seen)
        }
    }
}

/// Starts a detached thread with a name that `top` and a debugger show (15 bytes at most). One that gives way has the
/// nice value 10.
public func startThread(name: String, givesWay: Bool = false, _ body: @escaping @Sendable () -> Void) {
    final class Body {
        let name: String
        let givesWay: Bool
        let run: @Sendable () -> Void
        init(name: String, givesWay: Bool, run: @escaping @Sendable () -> Void) {
            self.name = name
            self.givesWay = givesWay
            self.run = run
        }
    }
    var thread = pthread_t()
    let boxed = Unmanaged.passRetained(Body(name: name, givesWay: givesWay, run: body))
    let status = pthread_create(
        &thread, nil,
        { pointer in
            guard let pointer else { return nil }
            let body = Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue()
            _ = statuscast_name_thread(String(body.name.prefix(15)))
            // Refused only where a policy forbids it: then the thread has the priority of the others.
            if body.givesWay { _ = statuscast_set_thread_nice(10) }
            body.run()
            return nil
        }, boxed.toOpaque())
    precondition(status == 0, "the system refused a thread: \(String(cString: strerror(status)))")
    pthread_detach(thread)
}
