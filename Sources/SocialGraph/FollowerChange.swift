/// A change of one edge that is not among the packed rows yet, or the memory of one that is gone.
struct FollowerChange: Sendable {
    static let followerBits: UInt64 = 40

    /// The row above 40 bits of the follower's packed number.
    var key: UInt64
    /// The version above one bit: whether the follower follows.
    var state: UInt64

    init(key: UInt64, state: UInt64) {
        self.key = key
        self.state = state
    }

    init(row: Int, follower: UInt64, version: UInt64, following: Bool) {
        key = Self.key(row, follower)
        state = version << 1 | (following ? 1 : 0)
    }

    static func key(_ row: Int, _ follower: UInt64) -> UInt64 { UInt64(row) << followerBits | follower }

    var row: Int { Int(key >> Self.followerBits) }
    var follower: UInt64 { key & (1 << Self.followerBits - 1) }
    var version: UInt64 { state >> 1 }
    var following: Bool { state & 1 == 1 }
}
