internal import DurableFiles
internal import HashRing
internal import Hummingbird
internal import Logging
internal import Receipts
internal import StatuscastModel

/// `/api/v1/statuses/:id/deliveries`: how far a status has come, for its author alone. `docs/operating/receipts.md` says
/// what the numbers mean.
struct DeliveryEndpoints: Sendable {
    let lookup: StatusLookup
    let threads: FileThreads
    let partitions: PartitionCount
    let sharedDirectory: String
    let logger: Logger

    func add(to routes: Routes) {
        routes.get("/api/v1/statuses/:id/deliveries", .person(.readStatuses)) { call async throws(ClientError) in
            try await show(call)
        }
    }

    private func show(_ call: Call) async throws(ClientError) -> Response {
        let person = try call.person()
        switch await lookup.findOriginal(try call.id("id")) {
        case .absent: throw .notFound
        case .unknown: throw .unavailable("The status cannot be looked up just now")
        case .found(let fragment, _):
            // For everybody else there is no such thing.
            guard fragment.author == person else { throw .notFound }
            return .json(Self.json(of: try await receipt(of: fragment.id, by: person), status: fragment.id))
        }
    }

    private func receipt(of status: UInt64, by author: AccountID) async throws(ClientError) -> StatusReceipt {
        let home = Int(partitions.partition(of: author).rawValue)
        let lanes = Lane.all.map { (name: $0.rawValue, spread: Topics.Group.spread($0)) }
        do throws(FileError) {
            return try await threads.run { [sharedDirectory] () throws(FileError) in
                try StatusReceipt.read(
                    status: status, spreadPartitions: [home], lanes: lanes, sharedDirectory: sharedDirectory)
            }
        } catch {
            logger.warning("receipts cannot be read", metadata: ["error": "\(error)"])
            throw .unavailable("The deliveries cannot be counted just now")
        }
    }

    private static func json(of receipt: StatusReceipt, status: UInt64) -> [UInt8] {
        var json = JSONWriter(reserving: 4096)
        json.beginObject()
        json.field("id", id: status)
        json.field("known", receipt.isKnown)
        json.field("complete", receipt.isKnown && receipt.isComplete)
        json.field("done", count: receipt.done)
        json.field("failed", count: receipt.failed)
        json.field("pending", count: receipt.pending)
        json.key("lanes")
        json.beginArray()
        for lane in receipt.lanes { write(lane, to: &json) }
        json.endArray()
        json.endObject()
        return json.bytes
    }

    private static func write(_ lane: StatusReceipt.Lane, to json: inout JSONWriter) {
        json.beginObject()
        json.field("lane", lane.lane)
        json.field("complete", lane.isComplete)
        json.field("done", count: lane.done)
        json.field("failed", count: lane.failed)
        json.field("pending", count: lane.pending)
        json.key("partitions")
        json.beginArray()
        for partition in lane.partitions {
            json.beginObject()
            json.field("partition", count: partition.partition)
            json.field("state", partition.state.rawValue)
            json.field("done", count: partition.done)
            json.field("failed", count: partition.failed)
            json.endObject()
        }
        json.endArray()
        json.endObject()
    }
}
