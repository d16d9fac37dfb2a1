internal import HashRing
internal import Peers
internal import Queue
internal import StatuscastModel

extension StoreAnswers {
    func decideHeld(_ request: PeerHeldDecision) async throws(PeerError) {
        var draft: StatusDraft
        do throws(DecodeError) {
            guard case .post(let held) = try ReceiveEvent(decoding: Array(request.item)[...]) else {
                throw DecodeError(field: "held item", reason: .invalid("it is no post"))
            }
            draft = held
        } catch {
            throw PeerError(.invalid, "what is held does not decode: \(error)")
        }
        guard request.release else {
            let refused = RefusedStatus(
                id: draft.id, author: draft.author, reason: "operator: \(request.reason)", wasHeld: true,
                trace: draft.trace)
            return try await append(AcceptedEvent.refused(refused).encoded(), of: draft.author, to: Topics.accepted)
        }
        draft.isApproved = true
        try await append(ReceiveEvent.post(draft).encoded(), of: draft.author, to: Topics.receive)
    }

    func append(_ item: [UInt8], of author: AccountID, to topic: String) async throws(PeerError) {
        let frame = OutgoingFrame(partition: partitions.partition(of: author), bytes: ItemBatch.encoded([item]))
        do throws(QueueError) {
            try await queue.append([frame], to: topic)
        } catch {
            throw PeerError(.unavailable, "the topic \(topic) takes nothing just now: \(error)")
        }
    }
}
