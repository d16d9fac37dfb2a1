internal import Glibc

/// A counter that threads sleep on: `signal` counts up and wakes one, `wait(after:)` sleeps until the count has moved.
///
/// Read `count` before looking at the guarded state; then no signal between looking and sleeping is lost.
/// All calls may run concurrently.
public final class Wakeups: @unchecked Sendable {
    // The mutex and the condition are the safety that the compiler cannot see; every field is touched under them.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var value: UInt64 = 0

    public init() {
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
    }

    deinit {
        pthread_cond_destroy(condition)
        pthread_mutex_destroy(mutex)
        condition.deallocate()
        mutex.deallocate()
    }

    public var count: UInt64 {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return value
    }

    public func signal() {
        pthread_mutex_lock(mutex)
        value &+= 1
        pthread_cond_signal(condition)
        pthread_mutex_unlock(mutex)
    }

    public func signalAll() {
        pthread_mutex_lock(mutex)
        value &+= 1
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    /// Sleeps until the count differs from `seen`.
    public func wait(after seen: UInt64) {
        pthread_mutex_lock(mutex)
        while value == seen { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }
}
