internal import Queue

/// How far one partition has come: the cursor of what is expanded completely, however frames overtake each other.
struct PartitionProgress {
    private struct OpenFrame {
        var number: UInt64
        /// Fan-outs of this frame that are not finished.
        var fanOuts: Int
    }

    /// Everything up to here is pending, written, or concerns nobody.
    private(set) var expanded: Cursor
    /// Frames at and behind the first unfinished one of their stream, in order.
    private var open: [StreamID: [OpenFrame]] = [:]

    var hasOpenFrames: Bool { !open.isEmpty }

    init(from cursor: Cursor) { expanded = cursor }

    /// Frame `number` of the stream was taken in; `fanOuts` parts of it are still to be expanded.
    mutating func tookIn(_ stream: StreamID, _ number: UInt64, fanOuts: Int) {
        if fanOuts == 0 && open[stream] == nil {
            expanded.advance(stream, to: number)
        } else {
            open[stream, default: []].append(OpenFrame(number: number, fanOuts: fanOuts))
        }
    }

    /// One of the frame's fan-outs is finished.
    mutating func finishedFanOut(_ stream: StreamID, _ number: UInt64) {
        guard var frames = open[stream], let index = frames.firstIndex(where: { $0.number == number }) else { return }
        frames[index].fanOuts -= 1
        let finished = frames.prefix { $0.fanOuts == 0 }.count
        if finished > 0 {
            expanded.advance(stream, to: frames[finished - 1].number)
            frames.removeFirst(finished)
        }
        open[stream] = frames.isEmpty ? nil : frames
    }
}
