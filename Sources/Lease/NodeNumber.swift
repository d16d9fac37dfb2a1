public import DurableFiles
internal import Synchronization

/// A number, 0 to 1,023, that belongs to this process alone while it runs and goes into every id it issues.
///
/// A number is not taken again until ten minutes after the time that its last holder had reserved. All calls block
/// and may come from any thread.
public final class NodeNumber: Sendable {
    public static let count: UInt16 = 1024
    /// How long a number rests after its reserved time.
    public static let restMilliseconds: UInt64 = 600_000

    public let number: UInt16
    /// The last time that an earlier holder may have put into an id: this one's ids must be later. 0 for a new
    /// number.
    public let startsAfterUnixMilliseconds: UInt64

    private let lock: FileLock
    private let reservation: ReservationFile
    /// False once it was released: the lock's descriptor may be another file by then.
    private let isHeld = Mutex(true)

    /// Takes the lowest number that nobody holds, and that was never used or has rested.
    ///
    /// Throws `.locked` when there is none: more than 1.6 process starts a second, for ten minutes, use them up.
    public static func acquire(
        in sharedDirectory: String, address: String, nowUnixMilliseconds: UInt64
    ) throws(FileError) -> NodeNumber {
        let directory = "\(sharedDirectory)/nodes"
        let files = PosixFileSystem()
        try files.createDirectories(directory)
        let used = Set(try files.list(directory))
        var held = 0
        var damaged = 0
        for number in 0..<count {
            let reservation = ReservationFile(path: "\(directory)/\(number).time")
            let wasUsed = used.contains("\(number).time")
            do throws(FileError) {
                // A look before the lock: most numbers of a busy day are ruled out by it.
                if wasUsed, try !reservation.hasRested(nowUnixMilliseconds) { continue }
                let lock = try FileLock(path: "\(directory)/\(number).lock")
                let reserved = try reservation.load() ?? 0
                guard try reservation.hasRested(nowUnixMilliseconds) else { continue }
                try lock.write(HolderFile.text(address: address, term: nil).text)
                return NodeNumber(number: number, startsAfter: reserved, lock: lock, reservation: reservation)
            } catch {
                switch error.code {
                case .locked: held += 1
                case .system where error.operation == ReservationFile.operation: damaged += 1
                default: throw error
                }
            }
        }
        throw FileError(
            code: .locked, operation: "take a node number", path: directory,
            detail:
                "of the \(count) numbers \(held) are held, \(damaged) have a damaged file, and the others were used "
                + "less than \(restMilliseconds / 60_000) minutes ago")
    }

    private init(number: UInt16, startsAfter: UInt64, lock: FileLock, reservation: ReservationFile) {
        self.number = number
        startsAfterUnixMilliseconds = startsAfter
        self.lock = lock
        self.reservation = reservation
    }

    deinit { release() }

    /// Makes it durable that ids may carry times up to this one. Ids with later times must not be issued before it
    /// returns. Throws `.notPermitted` after `release`.
    public func reserve(throughUnixMilliseconds time: UInt64) throws(FileError) {
        let result: Result<Void, FileError> = isHeld.withLock { isHeld in
            do throws(FileError) {
                guard isHeld else {
                    throw FileError(
                        code: .notPermitted, operation: "reserve", path: reservation.path,
                        detail: "the node number was released")
                }
                return .success(try reservation.save(time))
            } catch {
                return .failure(error)
            }
        }
        try result.get()
    }

    /// The wire address of who holds a number; nil if nobody does. As with a lease, a killed holder stays named.
    public static func holder(of number: UInt16, in sharedDirectory: String) throws(FileError) -> String? {
        try HolderFile.read("\(sharedDirectory)/nodes/\(number).lock")?["address"]
    }

    /// The wire addresses of all who hold a number, each once; killed holders stay named. Blocks.
    public static func holders(in sharedDirectory: String) throws(FileError) -> [String] {
        let directory = "\(sharedDirectory)/nodes"
        guard PosixFileSystem().exists(directory) else { return [] }
        var addresses: [String] = []
        for name in try PosixFileSystem().list(directory).sorted() {
            guard name.hasSuffix(".lock"), let number = UInt16(name.dropLast(5)),
                let address = try holder(of: number, in: sharedDirectory), !address.isEmpty,
                !addresses.contains(address)
            else { continue }
            addresses.append(address)
        }
        return addresses
    }

    /// Gives the number up; it rests until ten minutes after the time reserved.
    public func release() {
        isHeld.withLock { isHeld in
            guard isHeld else { return }
            isHeld = false
            HolderFile.markReleased(lock)
            lock.release()
        }
    }
}

/// `<n>.time`: a text `version=1`, `reserved=<unix milliseconds>` and a CRC32, replaced whole.
private struct ReservationFile {
    static let operation = "read reserved time"
    let path: String

    /// Nil if the number was never used.
    func load() throws(FileError) -> UInt64? {
        let bytes: [UInt8]
        do throws(FileError) {
            bytes = try PosixFileSystem().contents(of: path, limitBytes: 4096)
        } catch {
            if error.code == .notFound { return nil }
            throw error
        }
        guard let text = SealedText(String(decoding: bytes, as: UTF8.self)), text["version"] == "1",
            let reserved = text["reserved"].flatMap({ UInt64($0) })
        else {
            throw FileError(code: .system, operation: Self.operation, path: path, detail: "it is damaged")
        }
        return reserved
    }

    func hasRested(_ now: UInt64) throws(FileError) -> Bool {
        guard let reserved = try load() else { return true }
        return now >= NodeNumber.restMilliseconds && now - NodeNumber.restMilliseconds >= reserved
    }

    func save(_ time: UInt64) throws(FileError) {
        var text = SealedText()
        text["version"] = "1"
        text["reserved"] = String(time)
        try PosixFileSystem().replace(path, with: Array(text.text.utf8))
    }
}
