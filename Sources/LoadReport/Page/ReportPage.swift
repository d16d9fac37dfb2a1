internal import Foundation

/// The report as one page that needs nothing else: no script, no fonts, no network.
struct ReportPage {
    private let report: RunReport

    init(_ report: RunReport) { self.report = report }

    var html: String {
        """
        <!DOCTYPE html>
        <html lang="en"><head><meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Statuscast load run, \(date)</title>
        <style>\(Self.style)</style></head><body>
        <h1>Statuscast load run</h1>
        <p>\(date). \(report.world.accounts) accounts, \(report.world.edges) follows, \(report.world.active) accounts \
        active; load for \(Figure.text(report.seconds)) s. Latencies count from when an action was due, not from when it was \
        sent.</p>
        <h2>Figures</h2>
        \(figures)
        <h2>Actions</h2>
        \(actions)
        <h2>Over time</h2>
        \(report.plots.compactMap(\.html).joined())
        <h2>How it was measured</h2>
        <table><tr><th>machine</th><td>\(machine)</td></tr>
        <tr><th>command</th><td><code>\(report.command.joined(separator: " ").escaped)</code></td></tr>\
        \(remarks)</table>
        </body></html>

        """
    }

    private var date: String {
        Date(timeIntervalSince1970: report.started).formatted(.iso8601).escaped
    }

    private var figures: String {
        let rows = report.figures.map { "<tr><th>\($0.name.escaped)</th><td>\($0.text.escaped)</td></tr>" }
        return "<table>\(rows.joined(separator: "\n"))</table>"
    }

    private var actions: String {
        let head = [
            "action", "offered", "accepted", "refused", "unknown", "unsent", "p50 ms", "p90 ms", "p99 ms",
            "p99.9 ms", "max ms",
        ]
        let rows = report.actions.map { action in
            let counts = [action.offered, action.accepted, action.refused, action.unknown, action.unsent]
            let latency = action.latency
            let cells =
                counts.map { Figure.grouped($0) }
                + [latency.p50, latency.p90, latency.p99, latency.p999, latency.max].map { Figure.text($0) }
            return cells.map { "<td>\($0)</td>" }.joined().inRow(action.name)
        }
        return "<table><tr>\(head.map { "<th>\($0)</th>" }.joined())</tr>\(rows.joined(separator: "\n"))</table>"
    }

    private var machine: String {
        let memory = Figure.text(report.machine.memoryBytes / 1_073_741_824)
        return "\(report.machine.processor), \(report.machine.cores) cores, \(memory) GiB, \(report.machine.system)"
            .escaped
    }

    private var remarks: String {
        report.remarks.map { "\n<tr><th>remark</th><td>\($0.escaped)</td></tr>" }.joined()
    }

    private static let style = """
        :root{color-scheme:light dark;--text:#1b1b1b;--soft:#5c5c5c;--line:#d9d9d9;--page:#fff;\
        --c0:#1664c0;--c1:#c2410c;--c2:#15803d;--c3:#9333ea;--c4:#b8860b;--c5:#0e7490;--c6:#be185d;--c7:#4b5563}
        @media(prefers-color-scheme:dark){:root{--text:#ececec;--soft:#a5a5a5;--line:#3d3d3d;--page:#161616;\
        --c0:#6cb2ff;--c1:#ff9a62;--c2:#5ddb8a;--c3:#c99bff;--c4:#f0cd55;--c5:#5fd6ea;--c6:#ff86b7;--c7:#b0b8c4}}
        body{font:15px/1.5 system-ui,sans-serif;color:var(--text);background:var(--page);max-width:76rem;\
        margin:2rem auto;padding:0 1rem}
        h1{font-size:1.5rem}h2{font-size:1.15rem;margin-top:2rem}
        table{border-collapse:collapse;font-variant-numeric:tabular-nums;display:block;overflow-x:auto}
        th,td{padding:.2rem .8rem .2rem 0;border-bottom:1px solid var(--line);text-align:right;white-space:nowrap}
        th:first-child{text-align:left;font-weight:500}td:last-child code{white-space:pre-wrap;word-break:break-all}
        figure{display:inline-block;width:min(100%,36rem);margin:0 1rem 1.2rem 0;vertical-align:top}
        figcaption{font-weight:500}svg{width:100%;height:auto;display:block}
        text{font-size:12px;fill:var(--soft)}text.y{text-anchor:end;dominant-baseline:middle}text.x{text-anchor:middle}
        line.grid{stroke:var(--line);stroke-width:1}polyline{fill:none;stroke-width:1.7}
        .legend{font-size:13px;color:var(--soft)}.legend span{margin-right:1rem;white-space:nowrap}
        .legend i{display:inline-block;width:.8rem;height:.25rem;margin-right:.35rem;vertical-align:middle}

        """
        + (0..<Plot.colours).map {
            "polyline.c\($0){stroke:var(--c\($0))}circle.c\($0){fill:var(--c\($0))}i.c\($0){background:var(--c\($0))}"
        }.joined(separator: "\n")
}

extension String {
    fileprivate func inRow(_ name: String) -> String { "<tr><th>\(name.escaped)</th>\(self)</tr>" }
}
