/// One thing that is measured: what its figures are called, and a run that gives one value for each of them.
///
/// A run verifies the work that it counts and throws where it was not done: a figure without the work is worth nothing.
public struct Trial: Sendable {
    public struct Figure: Sendable, Hashable {
        public let name: String
        public let unit: String

        public init(_ name: String, _ unit: String) {
            self.name = name
            self.unit = unit
        }
    }

    public let figures: [Figure]
    /// Of what is appended, delivered or read, where that has one size.
    public let recordBytes: Int?
    /// When the work counts as done, or what else a reader must know of the figure.
    public let note: String
    public let run: @Sendable () async throws -> [Double]

    public init(
        _ figures: [Figure], recordBytes: Int? = nil, note: String = "",
        run: @escaping @Sendable () async throws -> [Double]
    ) {
        self.figures = figures
        self.recordBytes = recordBytes
        self.note = note
        self.run = run
    }
}

/// Why a benchmark cannot go on.
public struct BenchmarkError: Error, CustomStringConvertible {
    public let description: String
    public init(_ description: String) { self.description = description }
}

/// Refuses a figure whose work is not there.
public func verify(_ holds: Bool, _ what: @autoclosure () -> String) throws(BenchmarkError) {
    if !holds { throw BenchmarkError("the work does not add up: \(what())") }
}
