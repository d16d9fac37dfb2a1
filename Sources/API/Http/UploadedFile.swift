internal import Synchronization

/// A part of a multipart body that has a file name. The name itself is of no use here and is not kept.
struct UploadedFile: Sendable, Equatable {
    /// The parameter that it came as.
    var field: String
    var bytes: [UInt8]
}

/// How much of a body an endpoint takes.
enum BodyAllowance: Sendable {
    case parameters
    /// Files as well, up to so many bytes in all, in a room that all such endpoints share, for so long.
    case files(bytesMax: Int, room: UploadRoom, deadlineMilliseconds: Int)
}

/// Bounds how many bodies with files are in memory at a time.
final class UploadRoom: Sendable {
    private let taken = Mutex(0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    func enter() throws(ClientError) {
        let hasEntered = taken.withLock { taken in
            guard taken < limit else { return false }
            taken += 1
            return true
        }
        guard hasEntered else { throw .unavailable("Too many files are being uploaded; try again in a moment") }
    }

    func leave() { taken.withLock { $0 -= 1 } }
}
