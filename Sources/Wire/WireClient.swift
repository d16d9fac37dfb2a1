public import NIOCore
internal import Synchronization

/// Requests to one address over one connection, which is made with the first request and made again when it is lost,
/// after a delay that grows and is jittered.
///
/// Requests are sent in the order of the calls and answered in any order. While the connection is down they fail at
/// once with `.temporary` (`.unsupportedVersion` if that is why); only the first connection is waited for. What was
/// under way when a connection died fails with `.temporary` too: whether it was done is unknown. May be used from any
/// thread. A client that goes away closes its connection.
public final class WireClient: Sendable {
    /// What happens to a request when as many are outstanding as the limits allow.
    public enum WhenFull: Sendable {
        /// It fails with `.busy`.
        case fail
        /// It waits in line, up to its deadline; the line is not bounded, so the caller has to be.
        case wait
    }

    private let core: ClientCore

    /// `protocols` are those that this side speaks there; a connection on which one has no version in common fails with
    /// `.unsupportedVersion`.
    public init(
        address: WireAddress, limits: WireLimits = .default, protocols: [WireProtocol] = [], group: any EventLoopGroup
    ) {
        core = ClientCore(address: address, limits: limits, protocols: protocols, eventLoop: group.next())
    }

    public var address: WireAddress { core.address }

    /// Whether a connection stands just now.
    public var isConnected: Bool { core.isConnected }

    /// The version of a protocol that was agreed on with the last connection; nil before the first.
    public func version(of spoken: WireProtocol) -> UInt16? { core.shared.withLock { $0.versions[spoken.id] } }

    /// Sends a request and returns at once. `completion` is called exactly once, on the event loop, never from within
    /// this call; it must not block. `deadlineMilliseconds` 0 means as long as the connection lives.
    public func send(
        _ method: WireMethod, control: ByteBuffer, payload: ByteBuffer, deadlineMilliseconds: UInt32,
        whenFull: WhenFull = .fail, completion: @escaping @Sendable (Result<WireResponse, WireError>) -> Void
    ) {
        core.submit(
            method, control: control, payload: payload, deadlineMilliseconds: deadlineMilliseconds,
            waitsWhenFull: whenFull == .wait, completion: completion)
    }

    /// Sends a request and waits for its answer. Waits in line when too much is outstanding. Cancelling the task ends
    /// the waiting with `.cancelled`; the server may still do what was asked.
    public func call(
        _ method: WireMethod, control: ByteBuffer = ByteBuffer(), payload: ByteBuffer = ByteBuffer(),
        deadlineMilliseconds: UInt32 = 5000
    ) async throws(WireError) -> WireResponse {
        let request = CancellableRequest(core: core)
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let id = core.submit(
                    method, control: control, payload: payload, deadlineMilliseconds: deadlineMilliseconds,
                    waitsWhenFull: true
                ) { continuation.resume(returning: $0) }
                request.started(id)
            }
        } onCancel: {
            request.cancel()
        }
        return try result.get()
    }

    /// Fails everything under way with `.closed` and closes the connection. Everything later fails with `.closed`.
    public func close() async { await core.close() }

    deinit { core.abandon() }
}
