internal import NIOCore

/// A request on its way: first waiting for a slot, then submitted to the event loop, then pending for its answer.
struct OutgoingRequest: Sendable {
    typealias Completion = @Sendable (Result<WireResponse, WireError>) -> Void

    let id: UInt64
    let method: WireMethod
    let control: ByteBuffer
    let payload: ByteBuffer
    let deadlineMilliseconds: UInt32
    let deadline: NIODeadline?
    let completion: Completion

    var bytes: Int { Frame.size(control: control, payload: payload) }

    var frame: Frame {
        Frame(
            kind: .request, code: method.rawValue, id: id, deadlineMilliseconds: deadlineMilliseconds, control: control,
            payload: payload)
    }
}

/// What is kept of a request that was written.
struct PendingRequest {
    let bytes: Int
    let deadline: NIODeadline?
    let completion: OutgoingRequest.Completion
}
