internal import Peers

/// What a viewer and another account are to each other.
enum RelationshipJSON {
    static func write(_ relationship: PeerRelationship, to json: inout JSONWriter) {
        json.beginObject()
        json.field("id", id: relationship.account)
        json.field("following", relationship.following)
        json.field("showing_reblogs", relationship.showingReblogs)
        json.field("notifying", relationship.notifying)
        json.emptyArrayField("languages")
        json.field("followed_by", relationship.followedBy)
        json.field("blocking", relationship.blocking)
        json.field("blocked_by", relationship.blockedBy)
        json.field("muting", relationship.muting)
        json.field("muting_notifications", relationship.mutingNotifications)
        json.timeField("muting_expires_at", unixMilliseconds: relationship.mutedUntilUnixMilliseconds)
        json.field("requested", relationship.requested)
        json.field("requested_by", relationship.requestedBy)
        json.field("domain_blocking", false)
        json.field("endorsed", false)
        json.field("note", relationship.note)
        json.endObject()
    }
}
