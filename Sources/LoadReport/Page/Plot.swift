/// Lines over time as a piece of SVG. Colours come from the page, which knows light and dark.
struct Plot {
    struct Line {
        var name: String
        /// Seconds and values, by time.
        var points: [(x: Double, y: Double)]
    }

    var title: String
    var unit: String
    var lines: [Line]
    var isLogarithmic = false

    private static let (width, height) = (720.0, 250.0)
    private static let (left, right, top, bottom) = (70.0, 15.0, 12.0, 42.0)
    /// Colours that the page has.
    static let colours = 8

    /// Nil where there is nothing to show.
    var html: String? {
        let shown = lines.filter { !$0.points.isEmpty }
        guard !shown.isEmpty else { return nil }
        let x = Axis(covering: shown.flatMap { $0.points.map(\.x) })
        let y = Axis(covering: shown.flatMap { $0.points.map(\.y) }, isLogarithmic: isLogarithmic)
        let size = "\(Int(Self.width)) \(Int(Self.height))"
        var svg = "<svg viewBox=\"0 0 \(size)\" role=\"img\" aria-label=\"\(title.escaped)\">"
        svg += grid(x, y)
        for (index, line) in shown.enumerated() { svg += path(line, index % Self.colours, x, y) }
        let caption = "<figcaption>\(title.escaped), \(unit.escaped)</figcaption>"
        return "<figure>\(caption)\(svg)</svg>\(legend(shown))</figure>\n"
    }

    private func grid(_ x: Axis, _ y: Axis) -> String {
        var svg = ""
        let (right, bottom) = (Self.width - Self.right, Self.height - Self.bottom)
        for tick in y.ticks {
            let at = number(position(y, tick, from: bottom, to: Self.top))
            svg += "<line class=\"grid\" x1=\"\(Self.left)\" x2=\"\(right)\" y1=\"\(at)\" y2=\"\(at)\"/>"
            svg += "<text class=\"y\" x=\"\(Self.left - 6)\" y=\"\(at)\">\(Axis.label(tick))</text>"
        }
        for tick in x.ticks {
            let at = number(position(x, tick, from: Self.left, to: right))
            svg += "<line class=\"grid\" x1=\"\(at)\" x2=\"\(at)\" y1=\"\(Self.top)\" y2=\"\(bottom)\"/>"
            svg += "<text class=\"x\" x=\"\(at)\" y=\"\(bottom + 16)\">\(Axis.label(tick))</text>"
        }
        let middle = (Self.left + right) / 2
        svg += "<text class=\"x\" x=\"\(middle)\" y=\"\(Self.height - 6)\">seconds since the start</text>"
        let half = (Self.top + bottom) / 2
        svg += "<text class=\"x\" transform=\"translate(14 \(half)) rotate(-90)\">\(unit.escaped)</text>"
        return svg
    }

    private func path(_ line: Line, _ colour: Int, _ x: Axis, _ y: Axis) -> String {
        let points = line.points.map { point in
            number(position(x, point.x, from: Self.left, to: Self.width - Self.right)) + ","
                + number(position(y, point.y, from: Self.height - Self.bottom, to: Self.top))
        }
        guard points.count > 1 else {
            let parts = points[0].split(separator: ",")
            return "<circle class=\"c\(colour)\" cx=\"\(parts[0])\" cy=\"\(parts[1])\" r=\"3\"/>"
        }
        return "<polyline class=\"c\(colour)\" points=\"\(points.joined(separator: " "))\"/>"
    }

    private func legend(_ shown: [Line]) -> String {
        let entries = shown.enumerated().map { index, line in
            "<span><i class=\"c\(index % Self.colours)\"></i>\(line.name.escaped)</span>"
        }
        return "<div class=\"legend\">\(entries.joined())</div>"
    }

    private func position(_ axis: Axis, _ value: Double, from: Double, to: Double) -> Double {
        from + axis.share(value) * (to - from)
    }

    private func number(_ value: Double) -> String { String((value * 10).rounded() / 10) }
}

extension String {
    /// As text of a page.
    var escaped: String {
        replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
