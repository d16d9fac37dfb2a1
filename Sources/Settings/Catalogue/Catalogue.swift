/// Every setting that there is, in the order of the example file.
public enum Catalogue {
    public static let all: [Setting] =
        Keys.general + Keys.queue + Keys.front + Keys.receive + Keys.receiveHooks + Keys.deliver + Keys.deliverHooks
        + Keys.store

    static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The name that is closest to what somebody wrote, if one is close; the last word alone counts as close.
    static func nearest(to written: String, among names: [String] = all.map(\.name)) -> String? {
        let best = names.map { (name: $0, distance: editDistance($0, written)) }.min { $0.distance < $1.distance }
        if let best, best.distance <= max(2, best.name.utf8.count / 4) { return best.name }
        return names.first { $0.hasSuffix(".\(written)") }
    }

    /// Insertions, removals and replacements from one to the other.
    private static func editDistance(_ a: String, _ b: String) -> Int {
        let (a, b) = (Array(a.utf8), Array(b.utf8.prefix(200)))
        var row = Array(0...b.count)
        for (i, byte) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in b.enumerated() {
                let replaced = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, diagonal + 1)
            }
        }
        return row[b.count]
    }
}
