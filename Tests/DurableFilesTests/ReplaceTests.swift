import DurableFiles
import FaultyFiles
import Testing

@Suite struct ReplaceTests {
    @Test func aReplacedFileIsTheOldOneOrTheNewOneWhereverTheMachineStops() throws {
        let old = [UInt8](repeating: 1, count: 2000)
        let new = [UInt8](repeating: 2, count: 1500)
        for seed in 0..<200 as Range<UInt64> {
            let files = FaultyFiles(seed: seed)
            try files.replace("/d/file", with: old)
            files.stop(after: Int(seed % 6) + 1)
            let isDone = (try? files.replace("/d/file", with: new)) != nil
            files.losePower()
            let content = try files.contents(of: "/d/file", limitBytes: 4000)
            #expect(content == new || (content == old && !isDone), "seed \(seed)")
            // A left-over temporary file is no obstacle.
            try files.replace("/d/file", with: old)
            #expect(try files.contents(of: "/d/file", limitBytes: 4000) == old)
        }
    }
}
