internal import Hummingbird
internal import Peers
internal import StatuscastModel

/// `/api/v1/instance` and `/api/v2/instance`: what this server is and what it allows.
final class InstanceEndpoints: Sendable {
    /// Clients take features from it: this one stands for what they may expect here.
    static let version = "4.2.0 (compatible; Statuscast)"

    private let configuration: APIConfiguration
    private let counts: InstanceCounts
    private let site: Site

    init(configuration: APIConfiguration, counts: InstanceCounts, site: Site) {
        self.configuration = configuration
        self.counts = counts
        self.site = site
    }

    func add(to routes: Routes) {
        routes.get("/api/v1/instance") { [self] _ throws(ClientError) in
            let counts = await counts.current() ?? PeerInstanceCounts()
            return .json { writeFirst(counts, to: &$0) }
        }
        routes.get("/api/v2/instance") { [self] _ throws(ClientError) in
            let counts = await counts.current() ?? PeerInstanceCounts()
            return .json { writeSecond(counts, to: &$0) }
        }
    }

    private func writeFirst(_ counts: PeerInstanceCounts, to json: inout JSONWriter) {
        json.beginObject()
        json.field("uri", site.domain)
        json.field("title", site.title)
        json.field("short_description", configuration.description)
        json.field("description", configuration.description)
        json.field("email", configuration.contactEmail)
        json.field("version", InstanceEndpoints.version)
        json.object("urls") { $0.field("streaming_api", site.streamingOrigin) }
        json.object("stats") { json in
            json.field("user_count", count: counts.users)
            json.field("status_count", count: counts.statuses)
            json.field("domain_count", count: 1)
        }
        json.field("thumbnail", site.thumbnailURL)
        json.list("languages", ["en"])
        json.field("registrations", configuration.live.values.signUp != .closed)
        json.field("approval_required", configuration.live.values.signUp == .approval)
        json.field("invites_enabled", false)
        json.object("configuration") { writeLimits(to: &$0) }
        json.nullField("contact_account")
        json.emptyArrayField("rules")
        json.endObject()
    }

    private func writeSecond(_ counts: PeerInstanceCounts, to json: inout JSONWriter) {
        json.beginObject()
        json.field("domain", site.domain)
        json.field("title", site.title)
        json.field("version", InstanceEndpoints.version)
        json.field("source_url", "")
        json.field("description", configuration.description)
        json.object("usage") { json in
            json.object("users") { $0.field("active_month", count: counts.users) }
        }
        json.object("thumbnail") { $0.field("url", site.thumbnailURL) }
        json.emptyArrayField("icon")
        json.list("languages", ["en"])
        json.object("configuration") { json in
            json.object("urls") { $0.field("streaming", site.streamingOrigin) }
            json.object("vapid") { $0.field("public_key", "") }
            writeLimits(to: &json)
            json.object("translation") { $0.field("enabled", false) }
        }
        json.object("registrations") { json in
            json.field("enabled", configuration.live.values.signUp != .closed)
            json.field("approval_required", configuration.live.values.signUp == .approval)
            json.nullField("message")
            json.field("url", site.origin + SignUpPage.path)
        }
        json.object("api_versions") { $0.field("mastodon", count: 1) }
        json.object("contact") { json in
            json.field("email", configuration.contactEmail)
            json.nullField("account")
        }
        json.emptyArrayField("rules")
        json.endObject()
    }

    private func writeLimits(to json: inout JSONWriter) {
        json.object("accounts") { json in
            json.field("max_featured_tags", count: Limits.featuredTagsPerAccount)
            json.field("max_pinned_statuses", count: Limits.pinnedStatuses)
        }
        json.object("statuses") { json in
            json.field("max_characters", count: Limits.statusCharacters)
            json.field("max_media_attachments", count: 0)
            json.field("characters_reserved_per_url", count: 0)
        }
        json.object("media_attachments") { json in
            json.emptyArrayField("supported_mime_types")
            json.field("image_size_limit", count: 0)
            json.field("image_matrix_limit", count: 0)
            json.field("video_size_limit", count: 0)
            json.field("video_frame_rate_limit", count: 0)
            json.field("video_matrix_limit", count: 0)
        }
        json.object("polls") { json in
            json.field("max_options", count: 0)
            json.field("max_characters_per_option", count: 0)
            json.field("min_expiration", count: 0)
            json.field("max_expiration", count: 0)
        }
    }
}
