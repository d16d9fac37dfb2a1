internal import Foundation
internal import Ledger
internal import Load

/// What the API shows, asked over one connection, a page at a time.
final class ShownOverHTTP: ShownStatuses {
    private struct Entry: Decodable { var id: String }

    private static let pageSize = 40

    private let connection: HTTPConnection
    private let http: HTTPRequest
    private let token: @Sendable (Int) -> String

    static func connect(_ server: ServerAddress, token: @escaping @Sendable (Int) -> String) async throws
        -> ShownOverHTTP
    {
        do {
            let connection = try await HTTPConnection.connect(host: server.host, port: server.port)
            return ShownOverHTTP(connection, HTTPRequest(authority: server.authority), token)
        } catch {
            throw LoadError("nobody answers at \(server.authority): start the server, or leave --url away")
        }
    }

    private init(_ connection: HTTPConnection, _ http: HTTPRequest, _ token: @escaping @Sendable (Int) -> String) {
        self.connection = connection
        self.http = http
        self.token = token
    }

    func home(of account: UInt32, since unixMilliseconds: UInt64) async throws -> [UInt64] {
        var ids: [UInt64] = []
        while true {
            let older = ids.last.map { "&max_id=\($0)" } ?? ""
            let answer = try await ask("/api/v1/timelines/home?limit=\(Self.pageSize)\(older)", as: account)
            guard answer.status == 200 else { throw refused("the home of account number \(account)", answer) }
            let page = try JSONDecoder().decode([Entry].self, from: Data(answer.body)).compactMap { UInt64($0.id) }
            ids += page.filter { $0 >> 16 >= unixMilliseconds }
            guard let last = page.last, last >> 16 >= unixMilliseconds else { return ids }
        }
    }

    func canRead(_ status: UInt64, as account: UInt32) async throws -> Bool {
        let answer = try await ask("/api/v1/statuses/\(status)", as: account)
        switch answer.status {
        case 200: return true
        case 404: return false
        default: throw refused("status \(status)", answer)
        }
    }

    private func ask(_ path: String, as account: UInt32) async throws -> HTTPAnswer {
        try await connection.send(http.bytes("GET", path, token: Array(token(Int(account)).utf8)))
    }

    private func refused(_ what: String, _ answer: HTTPAnswer) -> LoadError {
        let said = String(decoding: answer.body.prefix(200), as: UTF8.self)
        return LoadError("\(what) is answered with \(answer.status): \(said)")
    }
}
