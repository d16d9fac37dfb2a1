import NIOCore
import NIOPosix
import Wire

/// Sends requests to a served address; takes a new connection now and then, so that what waits there is given up.
final class Door {
    private static let requestsPerConnection = 200
    private let address: WireAddress
    private var client: WireClient
    private var sent = 0

    init(_ address: WireAddress) {
        self.address = address
        client = WireClient(address: address, group: MultiThreadedEventLoopGroup.singleton)
    }

    /// The request's first byte chooses the method; `waiting` are those that may be silent for long.
    func knock(
        _ input: [UInt8], payload: [UInt8] = [], methods: [WireMethod], waiting: [WireMethod],
        isolation: isolated (any Actor)? = #isolation
    ) async throws {
        guard let first = input.first else { return }
        let method = methods[Int(first) % methods.count]
        let mayWait = waiting.contains(method)
        await renewIfUsed()
        do throws(WireError) {
            _ = try await client.call(
                method, control: ByteBuffer(bytes: input.dropFirst()), payload: ByteBuffer(bytes: payload),
                deadlineMilliseconds: mayWait ? 20 : 20_000)
        } catch {
            if mayWait && error.code == .timedOut { return }
            let isWrong = [.temporary, .timedOut, .closed, .cancelled, .unknownMethod].contains(error.code)
            if isWrong { throw Wrong("\(method): \(error)") }
        }
    }

    func close() async { await client.close() }

    private func renewIfUsed(isolation: isolated (any Actor)? = #isolation) async {
        sent += 1
        guard sent % Self.requestsPerConnection == 0 else { return }
        await client.close()
        client = WireClient(address: address, group: MultiThreadedEventLoopGroup.singleton)
    }
}
