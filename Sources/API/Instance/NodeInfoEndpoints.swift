internal import Hummingbird
internal import Peers

/// NodeInfo 2.0, by which web clients and statistics find out what a server runs.
struct NodeInfoEndpoints: Sendable {
    let configuration: APIConfiguration
    let counts: InstanceCounts
    let site: Site

    func add(to routes: Routes) {
        routes.get("/.well-known/nodeinfo") { _ throws(ClientError) in
            .json { json in
                json.beginObject()
                json.key("links")
                json.beginArray()
                json.beginObject()
                json.field("rel", "http://nodeinfo.diaspora.software/ns/schema/2.0")
                json.field("href", site.origin + "/nodeinfo/2.0")
                json.endObject()
                json.endArray()
                json.endObject()
            }
        }
        routes.get("/nodeinfo/2.0") { _ async throws(ClientError) in
            let known = await counts.current() ?? PeerInstanceCounts()
            return .json { write(known, to: &$0) }
        }
    }

    private func write(_ counts: PeerInstanceCounts, to json: inout JSONWriter) {
        json.beginObject()
        json.field("version", "2.0")
        json.object("software") { json in
            json.field("name", "statuscast")
            json.field("version", configuration.release)
        }
        // It speaks to clients, not to other servers.
        json.emptyArrayField("protocols")
        json.object("services") { json in
            json.emptyArrayField("inbound")
            json.emptyArrayField("outbound")
        }
        json.object("usage") { json in
            json.object("users") { json in
                json.field("total", count: counts.users)
                json.field("activeMonth", count: counts.users)
                json.field("activeHalfyear", count: counts.users)
            }
            json.field("localPosts", count: counts.statuses)
        }
        json.field("openRegistrations", configuration.live.values.signUp == .open)
        json.object("metadata") { json in json.field("nodeName", configuration.title) }
        json.endObject()
    }
}
