import CoreMetrics
import Telemetry
import Testing

struct PrometheusRegistryTests {
    @Test func textHasEverySeriesOnceWithItsType() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "a_total", dimensions: [("lane", "normal")]).increment(by: 3)
        registry.makeCounter(label: "a_total", dimensions: [("lane", "bulk")]).increment(by: 1)
        registry.makeCounter(label: "a_total", dimensions: [("lane", "normal")]).increment(by: 2)
        registry.makeMeter(label: "b", dimensions: []).set(Double(1.5))
        #expect(
            registry.text() == """
                # TYPE a_total counter
                a_total{lane="bulk"} 1
                a_total{lane="normal"} 5
                # TYPE b gauge
                b 1.5

                """)
    }

    @Test func aTimerIsAHistogramInSeconds() {
        let registry = PrometheusRegistry()
        let timer = registry.makeTimer(label: "t_seconds", dimensions: [("route", "x")])
        timer.recordNanoseconds(3_000_000)
        timer.recordNanoseconds(70_000_000_000)
        let text = registry.text()
        #expect(text.contains("t_seconds_bucket{route=\"x\",le=\"0.0025\"} 0\n"))
        #expect(text.contains("t_seconds_bucket{route=\"x\",le=\"0.005\"} 1\n"))
        #expect(text.contains("t_seconds_bucket{route=\"x\",le=\"+Inf\"} 2\n"))
        #expect(text.contains("t_seconds_count{route=\"x\"} 2\n"))
        #expect(text.contains("t_seconds_sum{route=\"x\"} 70.003\n"))
    }

    @Test func hostileLabelsCannotForgeLines() {
        let registry = PrometheusRegistry()
        registry.makeCounter(label: "a b\n", dimensions: [("x\"", "1\"}\nforged 1")]).increment(by: 1)
        let lines = registry.text().split(separator: "\n")
        #expect(lines.count == 2)
        #expect(lines[1] == #"a_b_{x_="1\"}\nforged 1"} 1"#)
    }
}
