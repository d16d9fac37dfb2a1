/// `/api/v1/streaming/health`; the streams themselves never come to the router.
struct StreamingEndpoints: Sendable {
    func add(to routes: Routes) {
        // Some clients compare the bytes.
        routes.get("/api/v1/streaming/health") { _ throws(ClientError) in .text("OK") }
    }
}
