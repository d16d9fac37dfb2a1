/// Texts of statuses: a prefix that makes each unlike all others, and a tail out of a few of different lengths. They
/// hold nothing that JSON would have to escape.
struct StatusText: Sendable {
    private let prefix: [UInt8]
    private let tails: [[UInt8]]

    /// `run` tells the texts of this run from those of others.
    init(run: UInt64) {
        prefix = Array("Run \(String(run, radix: 36)), status ".utf8)
        tails = Self.tails.map { Array($0.utf8) }
    }

    func bytes(_ number: UInt64) -> [UInt8] {
        let tail = tails[Int(number % UInt64(tails.count))]
        var bytes = prefix
        bytes.reserveCapacity(prefix.count + tail.count + 20)
        bytes += String(number).utf8
        bytes += tail
        return bytes
    }

    /// About 140 characters in the mean, like what people write; one in eight has a tag, some are not ASCII.
    private static let tails = [
        ": good morning.",
        ": the train is late again, and everybody on the platform has the same face.",
        ": I have read the whole book in one night and would like to have the night back. It was worth it, though, "
            + "mostly for the second half, which nobody had told me about.",
        ": does anybody know a place where one can sit outside at this time of year? #weather",
        ": schöne Grüße aus dem Süden, wo es heute zum ersten Mal seit Wochen regnet und alle so "
            + "tun, als wäre das ein Fest.",
        ": three things that I learned this week. First, nobody reads the manual. Second, the manual is right. Third, "
            + "the manual is right about things that it does not mention, if one reads it often enough and with some "
            + "good will, which is more than can be said of most people who write them, and of most "
            + "who complain about them.",
        ": 今日はとても暖かい一日でした。",
        ": yes.",
        ": listening to the same record for the fifth time, and there is a clarinet in it that I had never heard before.",
        ": the cat has decided that the new box is better than what came in it. #cats",
        ": whoever invented the queue at the bakery has thought about it for longer than whoever invented the bakery, "
            + "and I say this as somebody who likes bread very much.",
        ": a quiet evening, finally.",
        ": on the hill behind the house one can see as far as the sea on days like this one, and on all other days one "
            + "can at least see the house.",
        ": ça y est, le marché a rouvert et il y a enfin des pêches.",
        ": note to self: the keys are where they always are.",
        ": today's walk was eleven kilometres long, had two dogs, one heron, no umbrella and a great deal of "
            + "rain in it, and I would do it again at once if my shoes agreed with me about it.",
    ]
}
