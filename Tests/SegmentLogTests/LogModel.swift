import FaultyFiles
import SegmentLog
import Synchronization

/// What a log must hold, learned from what was appended and what was answered.
struct LogModel {
    struct Stream {
        let key: LogStream
        /// What may be found under each number: the one content that was acknowledged, or any that was tried.
        var appended: [UInt64: [[UInt8]]] = [:]
        var acknowledged: UInt64 = 0
        var dropped: UInt64 = 0
        var next: UInt64 = 1
    }

    /// Answers come from the log's writer, possibly after the machine has stopped.
    final class Answers: Sendable {
        let streams = Mutex<[Int: UInt64]>([:])
        let notes = Mutex<[[UInt8]: Int]>([:])
        let failures = Mutex<[SegmentLogError]>([])
    }

    var streams: [Stream]
    /// For each key what may be found: the last value that is certain and everything tried since.
    var notes: [[UInt8]: [[UInt8]?]] = [:]
    var answers = Answers()

    init(streams count: Int) {
        streams = (0..<count).map {
            Stream(key: LogStream(partition: UInt16($0 % 3), high: UInt64($0), low: ~UInt64($0)))
        }
    }

    mutating func append(_ log: SegmentLog, _ sizes: [(stream: Int, bytes: Int)], _ random: inout SeededRandom) {
        var frames: [LogFrame] = []
        var last: [Int: UInt64] = [:]
        for (stream, bytes) in sizes {
            let number = streams[stream].next
            let content = random.bytes(bytes)
            streams[stream].appended[number, default: []].append(content)
            streams[stream].next += 1
            last[stream] = number
            frames.append(LogFrame(stream: streams[stream].key, number: number, bytes: content))
        }
        log.append(frames) { [answers, last] result in
            switch result {
            case .success:
                for (stream, number) in last { answers.streams.withLock { $0[stream] = number } }
            case .failure(let error):
                answers.failures.withLock { $0.append(error) }
            }
        }
    }

    mutating func note(_ log: SegmentLog, key: [UInt8], value: [UInt8]) {
        notes[key, default: [nil]].append(value)
        let position = notes[key, default: []].count - 1
        log.note(key: key, value: value) { [answers] result in
            guard case .success = result else { return }
            answers.notes.withLock { $0[key] = position }
        }
    }

    mutating func forget(_ log: SegmentLog, key: [UInt8]) {
        notes[key, default: [nil]].append(nil)
        log.forget(key: key)
    }

    /// Takes in what was answered since the last time.
    mutating func settle() {
        for (stream, number) in answers.streams.withLock({ $0 }) {
            for number in streams[stream].acknowledged + 1..<number + 1 {
                if let last = streams[stream].appended[number]?.last { streams[stream].appended[number] = [last] }
            }
            streams[stream].acknowledged = number
        }
        for (key, position) in answers.notes.withLock({ $0 }) { notes[key]?.removeFirst(position) }
        answers.streams.withLock { $0 = [:] }
        answers.notes.withLock { $0 = [:] }
    }

    /// After a failure: goes on behind what the log has.
    mutating func continueBehind(_ log: SegmentLog) {
        let listed = log.streams()
        for position in streams.indices {
            let last = listed[streams[position].key]?.last ?? 0
            streams[position].next = max(last, streams[position].acknowledged, streams[position].dropped) + 1
        }
    }

    /// Compares the log with what must be in it; what may be either way is taken from the log. Returns what is wrong.
    mutating func check(_ log: SegmentLog) throws -> [String] {
        settle()
        var wrong: [String] = []
        let listed = log.streams()
        for position in streams.indices {
            let stream = streams[position]
            let known = listed[stream.key]
            var number = known?.first ?? 1
            if let known, known.first > stream.dropped + 1 {
                wrong.append("\(stream.key) begins at \(known.first), dropped were \(stream.dropped)")
            }
            while let known, number <= known.last {
                for result in try log.read(stream.key, from: number, maxBytes: 700) {
                    switch result {
                    case .quarantined(let number, let text):
                        wrong.append("\(stream.key) \(number) quarantined: \(text)")
                    case .frame(let frame):
                        if frame.number != number { wrong.append("\(stream.key) has \(frame.number) for \(number)") }
                        if stream.appended[number]?.contains(frame.bytes) != true {
                            wrong.append("\(stream.key) \(number) has bytes that nobody appended")
                        }
                        streams[position].appended[number] = [frame.bytes]
                    }
                    number += 1
                }
            }
            let last = known?.last ?? stream.dropped
            if last < stream.acknowledged { wrong.append("\(stream.key) ends at \(last), not \(stream.acknowledged)") }
            if last > stream.dropped && stream.appended[last] == nil {
                wrong.append("\(stream.key) ends at \(last), which was never appended")
            }
            streams[position].next = max(last, stream.acknowledged) + 1
            streams[position].acknowledged = max(last, stream.acknowledged)
        }
        var found: [[UInt8]: [UInt8]] = [:]
        for (key, value) in log.notes() { found[key] = value }
        for (key, possible) in notes {
            if !possible.contains(found[key]) { wrong.append("note \(key) is \(String(describing: found[key]))") }
            notes[key] = [found[key]]
        }
        return wrong
    }
}
