internal import Hummingbird
internal import Peers
internal import StatuscastModel
internal import SwiftProtobuf

/// Single statuses of filters: as with keywords, a change saves the filter anew.
extension FilterEndpoints {
    func addStatuses(to routes: Routes) {
        routes.get("/api/v2/filters/:id/statuses", .person(.readFilters)) { call async throws(ClientError) in
            let filter = try await one(call)
            return .json { FilterJSON.writeStatuses(filter.statuses, to: &$0) }
        }
        routes.post("/api/v2/filters/:id/statuses", .person(.writeFilters)) { call async throws(ClientError) in
            var filter = try await one(call)
            guard let status = call.parameters.text("status_id").flatMap({ StatusID($0) }) else { throw .notFound }
            filter.statuses.removeAll { $0.status == status.rawValue }
            filter.statuses.append(.with { $0.status = status.rawValue })
            guard let added = try await save(filter).statuses.last else { throw .failure }
            return .json { FilterJSON.write(added, to: &$0) }
        }
        routes.get("/api/v2/filters/statuses/:id", .person(.readFilters)) { call async throws(ClientError) in
            let (filter, index) = try await status(call)
            return .json { FilterJSON.write(filter.statuses[index], to: &$0) }
        }
        routes.delete("/api/v2/filters/statuses/:id", .person(.writeFilters)) { call async throws(ClientError) in
            var (filter, index) = try await status(call)
            filter.statuses.remove(at: index)
            _ = try await save(filter)
            return .json(Array("{}".utf8))
        }
    }

    private func status(_ call: Call) async throws(ClientError) -> (PeerFilter, Int) {
        let id: FilterID = try call.id("id")
        for filter in try await all(call) {
            if let index = filter.statuses.firstIndex(where: { $0.id == id.rawValue }) { return (filter, index) }
        }
        throw .notFound
    }
}
