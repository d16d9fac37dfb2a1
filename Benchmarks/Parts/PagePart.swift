import API
import Foundation
import Measuring
import StatuscastModel

/// A home page of 20 statuses put together from fragments that are in the front's memory, as after every change of a
/// mailbox. One thread; HTTP is not in it.
struct PagePart {
    let seconds: Double
    private let fragments: [Fragment]
    private let accounts: [[UInt8]]

    init(seconds: Double) throws {
        self.seconds = seconds
        let site = Site(domain: SampleStatus.host, secure: true, title: "Benchmark")
        fragments = try (0..<20).map { number in
            let author = AccountID(rawValue: SampleStatus.id(number))
            let record = SampleStatus.rendered(SampleStatus.record(number, author: author))
            return try RecordReading.fragment(record[...], site: site)
        }
        accounts = fragments.map { $0.standInAccount(site: site) }
    }

    var trials: [Trial] {
        [
            Trial(
                [.init("page: 20 statuses from cached fragments", "pages/s")], recordBytes: page().count,
                note: "one core; the record is the page", run: measure)
        ]
    }

    @Sendable private func measure() async throws -> [Double] {
        let expected = page()
        let entries = try JSONSerialization.jsonObject(with: Data(expected)) as? [[String: Any]]
        try verify(entries?.count == 20 && entries?.allSatisfy { $0["account"] != nil } == true, "this is no page")
        var bytes = 0
        var pages = 0
        let watch = Stopwatch()
        while watch.seconds < seconds {
            for _ in 0..<100 { bytes += page().count }
            pages += 100
        }
        let perSecond = Double(pages) / watch.seconds
        try verify(bytes == pages * expected.count, "pages of different lengths")
        return [perSecond]
    }

    private func page() -> [UInt8] {
        var json = JSONWriter(reserving: 2048 * fragments.count + 16)
        json.beginArray()
        for (fragment, account) in zip(fragments, accounts) {
            fragment.write(account: account, viewer: AccountID(rawValue: 1), to: &json)
        }
        json.endArray()
        return json.bytes
    }
}
