internal import Synchronization

/// What this process says of itself to peers; set once, when the process starts.
public enum WireIdentity {
    private static let packed = Atomic<UInt32>(0)

    /// A text that is no release leaves it unsaid.
    public static func bootstrap(release: String) {
        packed.store(WireRelease(release)?.packed ?? 0, ordering: .relaxed)
    }

    static var release: WireRelease { WireRelease(packed: packed.load(ordering: .relaxed)) }
}
