internal import NIOCore

/// The first request and answer on a connection of version 2: which protocols a side speaks, in which versions. Both
/// sides have the same form.
struct Introduction: Equatable {
    static let method = WireMethod(rawValue: 0x0001)
    /// No other request has it.
    static let requestID: UInt64 = 0
    private static let protocolsMax = 256

    var protocols: [UInt16: ClosedRange<UInt16>]

    init(_ protocols: [WireProtocol]) {
        self.protocols = Dictionary(protocols.map { ($0.id, $0.versions) }, uniquingKeysWith: { first, _ in first })
    }

    /// Bytes behind the known ones are ignored.
    init(decoding bytes: ByteBuffer) throws(WireError) {
        var bytes = bytes
        guard let count: UInt16 = bytes.readInteger(), Int(count) <= Self.protocolsMax else {
            throw WireError(.invalid, "an introduction without its count of protocols")
        }
        protocols = [:]
        for _ in 0..<count {
            guard let (id, lowest, highest) = bytes.readMultipleIntegers(as: (UInt16, UInt16, UInt16).self),
                lowest <= highest
            else { throw WireError(.invalid, "an introduction that is cut off or turned round") }
            protocols[id] = lowest...highest
        }
    }

    var encoded: ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeInteger(UInt16(protocols.count))
        for (id, versions) in protocols.sorted(by: { $0.key < $1.key }) {
            bytes.writeMultipleIntegers(id, versions.lowerBound, versions.upperBound)
        }
        return bytes
    }

    /// The highest version of each of our protocols that the other side speaks too; it speaks version 1 of what it does
    /// not name. Throws where there is none, naming both sides.
    static func agree(
        _ own: [WireProtocol], with other: Introduction?, peer: String, release: WireRelease
    ) throws(WireError) -> [UInt16: UInt16] {
        var agreed: [UInt16: UInt16] = [:]
        for ours in own {
            let theirs = other?.protocols[ours.id] ?? 1...1
            let highest = min(ours.versions.upperBound, theirs.upperBound)
            guard highest >= max(ours.versions.lowerBound, theirs.lowerBound) else {
                throw WireError(
                    .unsupportedVersion,
                    "\(peer) (\(release)) speaks versions \(theirs.lowerBound) to \(theirs.upperBound) of the "
                        + "\(ours.name) protocol, this program (\(WireIdentity.release)) \(ours.versions.lowerBound) to "
                        + "\(ours.versions.upperBound); \(advice(theirs, ours.versions))")
            }
            agreed[ours.id] = highest
        }
        return agreed
    }

    static func advice(_ theirs: ClosedRange<UInt16>, _ ours: ClosedRange<UInt16>) -> String {
        theirs.upperBound < ours.lowerBound
            ? "update the other side: only adjacent releases work together"
            : "update this side: only adjacent releases work together"
    }
}
