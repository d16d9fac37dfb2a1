import Testing
import World

@testable import Load

struct SettledStatusesTests {
    private func posted(_ status: UInt64) -> Posted { Posted(status: status, author: 0, number: status) }

    @Test func onlyWhatIsOldEnoughIsGiven() {
        var random = SeededGenerator(seed: 1, .load)
        var settled = SettledStatuses()
        let age = SettledStatuses.ageNanoseconds
        settled.add(posted(1), now: 10)
        settled.add(posted(2), now: 20)
        #expect(settled.any(&random, now: 9 + age) == nil)
        #expect(settled.any(&random, now: 10 + age)?.status == 1)
        let later = Set((0..<50).compactMap { _ in settled.any(&random, now: 20 + age)?.status })
        #expect(later == [1, 2])
        settled.deleted(1)
        let left = Set((0..<50).compactMap { _ in settled.any(&random, now: 20 + age)?.status })
        #expect(left == [2], "a deleted one would rightly be refused")
    }

    @Test func thousandsOfYoungOnesAreBounded() {
        var random = SeededGenerator(seed: 2, .load)
        var settled = SettledStatuses()
        for round in 0..<3 as Range<UInt64> {
            let now = round * 2 * SettledStatuses.ageNanoseconds
            for number in 0..<20_000 as Range<UInt64> { settled.add(posted(round * 20_000 + number + 1), now: now) }
        }
        let found = settled.any(&random, now: .max)
        #expect(found.map { (1...60_000).contains($0.status) } == true)
    }
}
