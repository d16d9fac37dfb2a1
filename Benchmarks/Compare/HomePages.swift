import Foundation
import Load
import Measuring
import StatuscastModel
import Synchronization

/// The home pages of some readers, as our front last served them: what nginx is to serve too.
final class HomePages: Sendable {
    static let readers = 100

    private let kept = Mutex<[[UInt8]]>([])

    var bodies: [[UInt8]] { kept.withLock { $0 } }

    /// Asks for every reader's page until all of them are full, which also puts them into the front's cache.
    func collect(from front: FrontServer) async throws {
        let connection = try await HTTPConnection.connect(host: "127.0.0.1", port: front.port)
        var bodies: [[UInt8]] = []
        for reader in 0..<Self.readers {
            let request = HTTPRequest(authority: "127.0.0.1:\(front.port)").bytes(
                "GET", FrontServer.path, token: Array(front.world.token(reader).utf8))
            try await waitUntil("a full home page", withinSeconds: 60) {
                let answer = try await connection.send(request)
                guard answer.status == 200,
                    String(decoding: answer.body, as: UTF8.self).components(separatedBy: "\"visibility\"").count == 21
                else { return false }
                bodies.append(answer.body)
                return true
            }
        }
        await connection.close()
        kept.withLock { $0 = bodies }
    }
}
