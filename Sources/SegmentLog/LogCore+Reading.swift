internal import DurableFiles
internal import Synchronization

extension LogCore {
    /// Frames of a stream from a number on, from memory or disk.
    ///
    /// A segment may be copied forward and its file reused while it is being read. So bytes that are not the frame are
    /// damage only if the index still says that the frame is there; else the reader looks again.
    func read(_ stream: LogStream, from number: UInt64, maxBytes: Int) throws(SegmentLogError) -> [SegmentLog
        .ReadResult]
    {
        let reader = FrameReader(core: self)
        while true {
            let plan = index.withLock { $0.plan(stream, from: number, maxBytes: maxBytes, cache: cache) }
            var results: [SegmentLog.ReadResult] = []
            results.reserveCapacity(plan.items.count)
            do throws(SegmentLogError) {
                for item in plan.items {
                    guard let result = try result(of: item, stream, reader) else { break }
                    results.append(result)
                }
                if results.isEmpty, let missing = plan.missing { _ = try reader.places(of: missing) }
            } catch {
                // What was read is handed over; the error shows again when the reader comes for the rest.
                if results.isEmpty && !isOutdated(error) { throw error }
            }
            if !results.isEmpty || (plan.items.isEmpty && plan.missing == nil) { return results }
        }
    }

    /// A file that is gone was released since the index was asked; the index knows by now.
    private func isOutdated(_ error: SegmentLogError) -> Bool { error.code == .notFound }

    /// nil if the index has moved on since it was asked.
    private func result(
        of item: ReadItem, _ stream: LogStream, _ reader: FrameReader
    ) throws(SegmentLogError) -> SegmentLog.ReadResult? {
        switch item {
        case .ready(let result): return result
        case .onDisk(let number, let segment, let place):
            if let payload = try reader.payload(stream, number, segment, place) {
                return .frame(LogFrame(stream: stream, number: number, bytes: payload))
            }
            let isDamage = index.withLock { index in
                guard index.isStill(number, of: stream, in: segment) else { return false }
                index.segment(segment.sequence)?.noteDamage(of: stream, number, place)
                return true
            }
            guard isDamage else { return nil }
            return .quarantined(number: number, Damage.text(path: segment.path, offset: place.offset))
        }
    }
}

extension SegmentEntry {
    /// A frame turned out to be damaged when it was read.
    func noteDamage(of stream: LogStream, _ number: UInt64, _ place: FramePlace) {
        let frame = Damage.Frame(stream: stream, number: number)
        guard !damages.contains(where: { $0.frame == frame }) else { return }
        damages.append(Damage(offset: place.offset, bytes: place.span, frame: frame))
    }
}

extension Damage {
    static func text(path: String, offset: Int) -> String { "damaged in \(path) at offset \(offset)" }
}
