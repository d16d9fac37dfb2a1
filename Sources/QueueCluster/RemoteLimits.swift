/// What one request to a node may ask for; both sides keep to it.
enum RemoteLimits {
    /// Frames of one `append` call travel in requests of about this size, more than it only for a single frame.
    static let appendBytes = 4 << 20
    static let framesPerRequest = 4096
    static let fetchBytesMax = 4 << 20
    static let waitMillisecondsMax = 60_000
    static let appendDeadlineMilliseconds: UInt32 = 3_000
    static let callDeadlineMilliseconds: UInt32 = 3_000
    /// On top of the time that a fetch may wait.
    static let fetchMarginMilliseconds: UInt32 = 10_000
}
