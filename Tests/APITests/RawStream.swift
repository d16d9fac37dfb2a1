import Foundation
import Testing

/// A TCP connection to a front, read as bytes.
final class RawStream {
    private let descriptor: Int32
    private(set) var received: [UInt8] = []

    init(port: Int) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        try #require(connected == 0)
    }

    deinit { close(descriptor) }

    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) { _ = Glibc.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL)) }

    var text: String { String(decoding: received, as: UTF8.self) }

    /// Whether the text has come so often within ten seconds.
    func comes(_ wanted: String, times: Int = 1) async throws -> Bool {
        func isThere() -> Bool { text.components(separatedBy: wanted).count > times }
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if isThere() { return true }
            if read() == 0 { return isThere() }
            try await Task.sleep(for: .milliseconds(2))
        }
        return false
    }

    /// Whether the other side closes within ten seconds.
    func ends() async throws -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while ContinuousClock.now < deadline {
            if read() == 0 { return true }
            try await Task.sleep(for: .milliseconds(2))
        }
        return false
    }

    /// 0 at the end, -1 where nothing is there yet.
    private func read() -> Int {
        var bytes = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        if count > 0 { received += bytes.prefix(count) }
        return count < 0 && errno != EAGAIN ? 0 : count
    }

    /// A client's frame, masked.
    func sendFrame(_ text: String) {
        let key: [UInt8] = [1, 2, 3, 4]
        let payload = Array(text.utf8)
        let length: [UInt8] =
            payload.count < 126
            ? [0x80 | UInt8(payload.count)] : [0x80 | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        send([0x81] + length + key + payload.enumerated().map { $1 ^ key[$0 % 4] })
    }
}
