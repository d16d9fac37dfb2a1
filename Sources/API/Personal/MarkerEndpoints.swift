internal import Hummingbird
internal import StatuscastModel

/// How far people have read, for all their clients.
struct MarkerEndpoints: Sendable {
    let personal: PersonalFacts

    static let timelines = ["home", "notifications"]

    func add(to routes: Routes) {
        routes.get("/api/v1/markers", .person(.readStatuses)) { call async throws(ClientError) in
            let person = try call.person()
            var found: [PersonalFacts.Kept] = []
            for name in call.parameters.list("timeline") where MarkerEndpoints.timelines.contains(name) {
                if let kept = try await personal.one(.markers, name, of: person) { found.append(kept) }
            }
            return answer(found)
        }
        routes.post("/api/v1/markers", .person(.writeStatuses)) { call async throws(ClientError) in
            let person = try call.person()
            var made: [PersonalFacts.Kept] = []
            for name in MarkerEndpoints.timelines {
                guard let id = try call.parameters.cursor("\(name)[last_read_id]") else { continue }
                made.append(
                    try await personal.keep(.markerSet(Marker(owner: person, timeline: name, lastRead: id))))
            }
            return answer(made)
        }
    }

    private func answer(_ markers: [PersonalFacts.Kept]) -> Response {
        .json { json in
            json.beginObject()
            for (fact, version) in markers {
                guard case .markerSet(let marker) = fact else { continue }
                json.key(marker.timeline)
                json.beginObject()
                json.field("last_read_id", String(marker.lastRead))
                json.field("version", count: marker.count)
                json.field("updated_at", Timestamp.dateTime(unixMilliseconds: version.unixMilliseconds))
                json.endObject()
            }
            json.endObject()
        }
    }
}
