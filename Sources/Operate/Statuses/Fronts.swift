internal import DurableFiles
internal import Lease
internal import NIOPosix
internal import Peers
internal import Settings
internal import SwiftProtobuf
internal import Wire

/// The running fronts, found by the files of the node numbers that processes hold.
struct Fronts: Sendable {
    let operated: OperatedData

    /// Asks one after the other until one takes it. The request's key makes it safe that a second one is asked where
    /// the first may have taken it.
    func post(_ request: PeerPostAs) async throws -> PeerPostedAs {
        let shared = operated.directory.shared
        let addresses = try await operated.blocking {
            do { return try NodeNumber.holders(in: shared) } catch { throw OperateError(.failed, "\(error)") }
        }
        var mayHaveTaken = false
        for address in addresses.compactMap({ WireAddress($0) }) {
            let client = WireClient(address: address, group: MultiThreadedEventLoopGroup.singleton)
            let outcome: Result<PeerPostedAs, PeerError>
            do throws(PeerError) {
                outcome = .success(try await PostingClient(client).post(request))
            } catch {
                outcome = .failure(error)
            }
            let wasConnected = client.isConnected
            await client.close()
            switch outcome {
            case .success(let posted): return posted
            // A process that is no front, or a front that is gone.
            case .failure(let error) where error.code == .unsupported: continue
            case .failure(let error) where error.code == .unavailable: mayHaveTaken = mayHaveTaken || wasConnected
            case .failure(let error): throw error
            }
        }
        if mayHaveTaken {
            throw OperateError(
                .temporary,
                "a front did not say whether the status is stored; try again with the same --idempotency-key")
        }
        throw OperateError(
            .unavailable,
            "no front takes the status; is the server of \(operated.directory.path) running? (`statuscast up`, or "
                + "`statuscast-api`)")
    }
}
