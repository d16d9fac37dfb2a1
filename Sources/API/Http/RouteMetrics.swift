internal import HTTPTypes
internal import Metrics
internal import SystemClock

/// What is counted of one route: requests by class of status, and their time.
final class RouteMetrics: Sendable {
    private let counters: [Counter]
    private let timer: Timer

    /// `route` is the pattern, never what a client wrote.
    init(_ route: String) {
        counters = (1...5).map { hundred in
            Counter(label: "statuscast_api_requests_total", dimensions: [("route", route), ("status", "\(hundred)xx")])
        }
        timer = Timer(label: "statuscast_api_request_seconds", dimensions: [("route", route)])
    }

    func record(_ status: HTTPResponse.Status, startedNanoseconds: UInt64) {
        let hundred = min(max(status.code / 100, 1), 5)
        counters[hundred - 1].increment()
        timer.recordNanoseconds(Int64(MonotonicClock.nanoseconds() &- startedNanoseconds))
    }
}
