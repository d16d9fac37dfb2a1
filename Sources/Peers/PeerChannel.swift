internal import NIOCore
internal import SwiftProtobuf
internal import Wire

/// One peer as its typed clients see it: either a connection that is given, or whoever holds a role, looked up.
struct PeerChannel: Sendable {
    enum Route: Sendable {
        case fixed(WireClient)
        case holder(PeerTarget, PeerDirectory)
    }

    let route: Route

    /// Sends a request and decodes the answer. Where the peer is looked up and could not be reached, it is looked up
    /// anew; a call that may be `repeatable` is then made once more.
    func call<Request: Message, Answer: Message>(
        _ method: WireMethod, _ request: Request, repeatable: Bool = true, deadlineMilliseconds: UInt32 = 5_000,
        as type: Answer.Type = Answer.self
    ) async throws(PeerError) -> Answer {
        let control = try encoded(request)
        switch route {
        case .fixed(let client):
            do throws(WireError) {
                return try decoded(
                    try await client.call(method, control: control, deadlineMilliseconds: deadlineMilliseconds))
            } catch {
                throw PeerError(error)
            }
        case .holder(let target, let directory):
            return try await call(
                method, control, target, directory, repeatable: repeatable,
                deadlineMilliseconds: deadlineMilliseconds)
        }
    }

    private func call<Answer: Message>(
        _ method: WireMethod, _ control: ByteBuffer, _ target: PeerTarget, _ directory: PeerDirectory,
        repeatable: Bool, deadlineMilliseconds: UInt32
    ) async throws(PeerError) -> Answer {
        var attempt = 0
        while true {
            let client = try await directory.client(of: target)
            do throws(WireError) {
                return try decoded(
                    try await client.call(method, control: control, deadlineMilliseconds: deadlineMilliseconds))
            } catch {
                guard Self.suggestsAnotherHolder(error) else { throw PeerError(error) }
                directory.forget(target, ifStill: client)
                attempt += 1
                // Whoever says that it is not the holder has done nothing; then a repetition is always allowed.
                let isUndone = error.code.rawValue == PeerError.Code.notHolder.rawValue
                guard attempt == 1, repeatable || isUndone, !Task.isCancelled else { throw PeerError(error) }
            }
        }
    }

    private static func suggestsAnotherHolder(_ error: WireError) -> Bool {
        switch error.code {
        case .temporary, .closed, .unknownMethod: true
        case let code: code.rawValue == PeerError.Code.notHolder.rawValue
        }
    }
}

func encoded(_ message: some Message) throws(PeerError) -> ByteBuffer {
    do {
        let bytes: [UInt8] = try message.serializedBytes()
        return ByteBuffer(bytes: bytes)
    } catch {
        throw PeerError(.failed, "the message cannot be encoded: \(error)")
    }
}

private func decoded<Answer: Message>(_ response: WireResponse) throws(WireError) -> Answer {
    do {
        return try Answer(serializedBytes: Array(response.control.readableBytesView))
    } catch {
        throw WireError(.invalid, "the answer does not decode: \(error)")
    }
}
