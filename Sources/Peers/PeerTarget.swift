internal import DurableFiles
internal import Lease
internal import Wire

/// Whom a client wants to reach: the holder of a lease, or the process that has a node number.
enum PeerTarget: Hashable, Sendable {
    case lease(LeaseName)
    case node(UInt16)

    /// What the lock file says. Blocks. Throws `.unavailable` where nobody is named or the file cannot be read.
    func readAddress(in sharedDirectory: String) throws(PeerError) -> WireAddress {
        let written: String?
        do throws(FileError) {
            switch self {
            case .lease(let name): written = try Lease.holder(of: name, in: sharedDirectory)?.address
            case .node(let number): written = try NodeNumber.holder(of: number, in: sharedDirectory)
            }
        } catch {
            throw PeerError(.unavailable, "the holder of \(label) cannot be found: \(error)")
        }
        guard let written, !written.isEmpty else { throw PeerError(.unavailable, "nobody holds \(label)") }
        guard let address = WireAddress(written) else {
            throw PeerError(.unavailable, "the holder of \(label) gives \"\(written)\" as its address, which is none")
        }
        return address
    }

    private var label: String {
        switch self {
        case .lease(let name): "the lease \(name.scope) \(name.index)"
        case .node(let number): "node number \(number)"
        }
    }
}
