/// A row of a table: one figure, and what each round gave.
public struct Row: Sendable, Codable {
    public let name: String
    public let unit: String
    public let recordBytes: Int?
    public let note: String
    public private(set) var values: [Double] = []

    public init(name: String, unit: String, recordBytes: Int? = nil, note: String = "", values: [Double] = []) {
        self.name = name
        self.unit = unit
        self.recordBytes = recordBytes
        self.note = note
        self.values = values
    }

    mutating func add(_ value: Double) { values.append(value) }

    /// The middle value; of an even number the mean of the two in the middle.
    public var median: Double {
        let sorted = values.sorted()
        guard !sorted.isEmpty else { return .nan }
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    /// The lowest and the highest value.
    public var spread: (low: Double, high: Double) { (values.min() ?? .nan, values.max() ?? .nan) }

    private enum CodingKeys: String, CodingKey {
        case name, unit, recordBytes, note, values
    }
}
