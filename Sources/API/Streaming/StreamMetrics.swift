internal import Metrics

/// What is counted of streams.
struct StreamMetrics: Sendable {
    private let connections: [StreamTransport: Gauge]
    private let events: [StreamEvent: Counter]
    private let closed: [StreamConnection.Closing: Counter]

    init() {
        connections = Dictionary(
            uniqueKeysWithValues: StreamTransport.allCases.map {
                ($0, Gauge(label: "statuscast_api_stream_connections", dimensions: [("transport", $0.rawValue)]))
            })
        events = Dictionary(
            uniqueKeysWithValues: StreamEvent.allCases.map {
                ($0, Counter(label: "statuscast_api_stream_events_total", dimensions: [("event", $0.rawValue)]))
            })
        closed = Dictionary(
            uniqueKeysWithValues: StreamConnection.Closing.allCases.map {
                ($0, Counter(label: "statuscast_api_stream_closed_total", dimensions: [("reason", $0.rawValue)]))
            })
    }

    func open(_ transport: StreamTransport, _ count: Int) { connections[transport]?.record(count) }
    func sent(_ event: StreamEvent, _ count: Int) { if count > 0 { events[event]?.increment(by: Int64(count)) } }
    func closed(_ reason: StreamConnection.Closing) { closed[reason]?.increment() }
}
