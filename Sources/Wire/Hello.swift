internal import NIOCore

/// The first bytes in both directions. Its form never changes, so that any two releases can tell each other what they
/// speak. The client's hello offers versions; the server's answers with the one it has chosen, or with an error.
struct Hello: Equatable {
    /// What this release speaks.
    static let lowestVersion: UInt16 = 1
    static let highestVersion: UInt16 = 2

    static let bytes = 24
    static let magic: [UInt8] = [0x53, 0x43, 0x57, 0x0A]  // "SCW\n"

    var lowest = Hello.lowestVersion
    var highest = Hello.highestVersion
    /// 0 in a client's hello, and where there is none.
    var chosen: UInt16 = 0
    /// 0, or why the server does not go on.
    var errorCode: UInt16 = 0
    var frameBytes: UInt32
    var outstandingRequests: UInt32
    /// Of the side that speaks; it is for messages only. Releases before 0.2 leave zeros here.
    var release = WireIdentity.release

    init(limits: WireLimits) {
        frameBytes = UInt32(clamping: limits.frameBytes)
        outstandingRequests = UInt32(clamping: limits.outstandingRequests)
    }

    init(_ buffer: ByteBuffer) throws(WireError) {
        var buffer = buffer
        guard
            let (_, lowest, highest, chosen, errorCode, frameBytes, outstanding, release) = buffer.readMultipleIntegers(
                as: (UInt32, UInt16, UInt16, UInt16, UInt16, UInt32, UInt32, UInt32).self)
        else { throw WireError(.invalid, "a hello that is cut off") }
        guard lowest <= highest else { throw WireError(.invalid, "a hello with versions \(lowest) to \(highest)") }
        self.lowest = lowest
        self.highest = highest
        self.chosen = chosen
        self.errorCode = errorCode
        self.frameBytes = frameBytes
        outstandingRequests = outstanding
        self.release = WireRelease(packed: release)
    }

    static func checkBeginning(of buffer: ByteBuffer) throws(WireError) {
        let seen = buffer.readableBytesView.prefix(magic.count)
        guard seen.elementsEqual(magic.prefix(seen.count)) else {
            throw WireError(.invalid, "the peer does not speak this protocol")
        }
    }

    /// The highest version that both sides speak.
    func version(with other: Hello) -> UInt16? {
        let common = min(highest, other.highest)
        return common >= max(lowest, other.lowest) ? common : nil
    }

    var encoded: ByteBuffer {
        var buffer = ByteBuffer(bytes: Self.magic)
        buffer.writeMultipleIntegers(
            lowest, highest, chosen, errorCode, frameBytes, outstandingRequests, release.packed)
        return buffer
    }
}
