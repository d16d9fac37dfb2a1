/// What a lease is for: one partition of one lane, or another numbered duty.
public struct LeaseName: Hashable, Sendable, CustomStringConvertible {
    /// A lane's name, `judge`, `spread`, `notify` or `store`: a directory's name.
    public var scope: String
    public var index: Int

    public init(scope: String, index: Int) {
        self.scope = scope
        self.index = index
    }

    public var description: String { "\(scope)/\(index)" }
}

/// Who has a lease, as its lock file says. What stands there is true at the time of writing only: a killed holder
/// stays named, and who connects to it finds nobody.
public struct LeaseHolder: Sendable, Hashable {
    /// Where it can be reached.
    public var address: String
    public var host: String
    /// The kernel's boot id.
    public var boot: String
    public var process: Int32
    public var term: UInt64

    public init(address: String, host: String, boot: String, process: Int32, term: UInt64) {
        self.address = address
        self.host = host
        self.boot = boot
        self.process = process
        self.term = term
    }
}
