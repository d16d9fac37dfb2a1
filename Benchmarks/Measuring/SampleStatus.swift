internal import Mailbox
public import StatuscastModel

/// A status as people write them, with a mention, a tag and some text that is not ASCII; every number gives another id.
public enum SampleStatus {
    /// 2026-11-22, so that ids are as long as real ones.
    private static let unixMilliseconds: UInt64 = 1_795_305_600_000
    public static let host = "benchmark.example.org"

    public static func id(_ number: Int) -> UInt64 {
        StatusID(
            unixMilliseconds: unixMilliseconds + UInt64(number / 64), node: 7, sequence: UInt8(number % 64)
        ).rawValue
    }

    public static func record(_ number: Int, author: AccountID = AccountID(rawValue: 115_000_000_000_000_001))
        -> StatusRecord
    {
        StatusRecord(
            id: id(number), author: author, language: "en",
            mentions: [.init(account: AccountID(rawValue: 115_000_000_000_000_777), username: "maria")],
            tags: ["fox"], applicationName: "benchmark",
            text: "@maria Status number \(number): the quick brown fox jumps over the lazy dog — then it rests a while "
                + "in the sun before it goes on its way #fox")
    }

    /// As it lies in a mailbox.
    public static func rendered(_ record: StatusRecord) -> [UInt8] {
        RecordFormat.render(
            id: record.id, unixMilliseconds: StatusID(rawValue: record.id).unixMilliseconds, host: host,
            from: "author", subject: RecordFormat.subject(ofBody: record.text),
            inReplyTo: record.inReplyTo?.rawValue, headers: record.headers, body: record.text)
    }

    public static func rendered(_ number: Int) -> [UInt8] { rendered(record(number)) }
}
