/// What is spoken on a connection above frames: a set of methods and their messages, and the versions of it that one
/// side speaks. The highest version that both sides speak is used.
public struct WireProtocol: Sendable, Hashable {
    /// Given out once, never reused: 1 queue, 2 peers.
    public let id: UInt16
    /// For messages.
    public let name: String
    public let versions: ClosedRange<UInt16>

    public init(id: UInt16, name: String, versions: ClosedRange<UInt16>) {
        self.id = id
        self.name = name
        self.versions = versions
    }
}

/// A release as peers tell it each other: three numbers. Zeros stand for one that does not say.
public struct WireRelease: Sendable, Hashable, CustomStringConvertible {
    let packed: UInt32

    init(packed: UInt32) { self.packed = packed }

    /// `MAJOR.MINOR.PATCH`; what stands behind the numbers does not matter. Nil where there are none.
    public init?(_ text: String) {
        let parts = text.split(separator: ".").map { UInt32($0.prefix { $0.isNumber }) }
        guard parts.count >= 3, let major = parts[0], let minor = parts[1], let patch = parts[2], major < 256,
            minor < 256, patch < 65_536
        else { return nil }
        packed = major << 24 | minor << 16 | patch
    }

    public var description: String {
        packed == 0 ? "an unknown release" : "release \(packed >> 24).\(packed >> 16 & 0xFF).\(packed & 0xFFFF)"
    }
}
