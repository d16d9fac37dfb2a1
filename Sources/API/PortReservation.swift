internal import Glibc
internal import NIOCore

/// A free port that nobody else is given while this is open: bound, but not listened on, so that the server can bind
/// it as well. The front has to know its port before it serves, because URLs in its answers carry it.
final class PortReservation: Sendable {
    let port: Int
    private let descriptor: CInt

    /// Throws `APIError` where the host's address cannot be bound. Resolves the host: blocks for as long as that takes.
    init(host: String) throws {
        let failure = APIError("no port can be taken on \(host): check the host of the listening address")
        guard let address = try? SocketAddress.makeAddressResolvingHost(host, port: 0) else { throw failure }
        let descriptor = socket(address.protocol == .inet6 ? AF_INET6 : AF_INET, CInt(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw failure }
        var reuse: CInt = 1
        // Both sockets have to allow it; the server's does.
        let isShared =
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<CInt>.size)) == 0
        let isBound = isShared && address.withSockAddr { bind(descriptor, $0, socklen_t($1)) == 0 }
        guard isBound, let port = PortReservation.port(of: descriptor) else {
            close(descriptor)
            throw failure
        }
        self.descriptor = descriptor
        self.port = port
    }

    deinit { close(descriptor) }

    private static func port(of descriptor: CInt) -> Int? {
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isNamed = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &length) == 0 }
        }
        // Behind the family, in network order, for both families.
        let port = withUnsafeBytes(of: storage) { $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self) }
        return isNamed ? Int(UInt16(bigEndian: port)) : nil
    }
}
