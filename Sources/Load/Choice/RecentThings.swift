internal import World

/// The last few thousand of something, for those who need one of them at random.
struct RecentThings<Thing: Sendable>: Sendable {
    static var limit: Int { 4_096 }
    private var things: [Thing] = []
    private var oldest = 0

    mutating func add(_ thing: Thing) {
        guard things.count == Self.limit else { return things.append(thing) }
        things[oldest] = thing
        oldest = (oldest + 1) % Self.limit
    }

    func any(_ random: inout SeededGenerator) -> Thing? {
        things.isEmpty ? nil : things[random.index(below: things.count)]
    }

    /// One that nobody gets again.
    mutating func take(_ random: inout SeededGenerator) -> Thing? {
        guard !things.isEmpty else { return nil }
        let index = random.index(below: things.count)
        things.swapAt(index, things.count - 1)
        oldest = 0
        return things.removeLast()
    }
}
