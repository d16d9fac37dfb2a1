import Foundation
import Load
import Measuring

/// What a process tells its operator.
struct OperatorPage: Sendable {
    let port: Int

    func isReady() async throws -> Bool { try await get("/health/ready").status == 200 }

    /// A metric's value, summed over its labels; 0 while it is not there.
    func value(_ name: String) async throws -> Double {
        String(decoding: try await get("/metrics").body, as: UTF8.self).split(separator: "\n").reduce(0) { sum, line in
            guard line.prefix(while: { $0 != "{" && $0 != " " }) == name else { return sum }
            return sum + (line.split(separator: " ").last.flatMap { Double($0) } ?? 0)
        }
    }

    private func get(_ path: String) async throws -> HTTPAnswer {
        let connection = try await HTTPConnection.connect(host: "127.0.0.1", port: port)
        let answer: HTTPAnswer
        do {
            answer = try await connection.send(HTTPRequest(authority: "127.0.0.1").bytes("GET", path))
        } catch {
            await connection.close()
            throw error
        }
        await connection.close()
        return answer
    }
}
