internal import SocialGraph
internal import StatuscastModel

/// The lane in which an author's followers get what the author posts: bulk wins over priority.
struct LaneRule: Sendable {
    /// Authors with more followers travel in the bulk lane.
    let bulkFollowersAbove: Int

    func lane(of author: AuthorDirectory.Author?) -> Lane {
        guard let author else { return .normal }
        if author.followers > bulkFollowersAbove { return .bulk }
        return author.priority ? .priority : .normal
    }
}
