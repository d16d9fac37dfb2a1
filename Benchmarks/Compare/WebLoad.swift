import Foundation
import Measuring

/// `wrk` with one thread and prepared requests that go around.
struct WebLoad: Sendable {
    let wrk: String
    let environment: [String: String]
    let directory: String
    let connections: Int

    /// Answers a second; any that is not 200, and any broken connection, is a failure.
    func run(port: Int, requests: [(path: String, headers: [String: String])], seconds: Double) async throws -> Double {
        let script = directory + "/requests.lua"
        var lua = "local requests = {}\nlocal next = 0\nfunction init(args)\n"
        for (index, request) in requests.enumerated() {
            let headers = request.headers.map { "[\"\($0.key)\"]=\"\($0.value)\"" }.joined(separator: ",")
            lua += "requests[\(index + 1)] = wrk.format(\"GET\", \"\(request.path)\", {\(headers)})\n"
        }
        lua += "end\nfunction request()\nnext = next % #requests + 1\nreturn requests[next]\nend\n"
        try Data(lua.utf8).write(to: URL(fileURLWithPath: script))
        let text = try await ChildProcess.run(
            wrk,
            [
                "-t", "1", "-c", "\(connections)", "-d", "\(max(1, Int(seconds.rounded())))s", "-s", script,
                "http://127.0.0.1:\(port)/",
            ], output: directory + "/wrk.out", environment: environment)
        guard !text.contains("Non-2xx"), !text.contains("Socket errors"),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("Requests/sec:") }),
            let perSecond = line.split(separator: " ").last.flatMap({ Double($0) })
        else { throw BenchmarkError("wrk said: \(text)") }
        return perSecond
    }
}
