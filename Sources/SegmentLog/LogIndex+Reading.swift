internal import DequeModule

/// One number that a reader asked for.
enum ReadItem {
    case ready(SegmentLog.ReadResult)
    case onDisk(number: UInt64, SegmentIdentity, FramePlace)
}

/// The places of one run of a sealed segment, which have to be loaded from its index file.
struct PlacesRequest: Sendable, Hashable {
    var segment: SegmentIdentity
    var run: Int
    var stream: LogStream
    var first: UInt64
    var count: Int
    var offset: Int
    var checksum: UInt32
}

struct ReadPlan {
    var items: [ReadItem] = []
    /// What has to be loaded before the plan can go on.
    var missing: PlacesRequest?
}

extension LogIndex {
    /// What to hand to a reader of `stream` from `number` on: as many frames as `maxBytes` holds, at least one.
    func plan(_ stream: LogStream, from number: UInt64, maxBytes: Int, cache: PlaceCache) -> ReadPlan {
        var plan = ReadPlan()
        guard let entry = streams[stream] else { return plan }
        var room = maxBytes
        for reference in entry.references where reference.last >= number {
            for number in max(reference.first, number)...reference.last {
                let item: ReadItem
                let bytes: Int
                if number >= entry.recentFirst && number < entry.next {
                    let payload = entry.recent[Int(number - entry.recentFirst)]
                    item = .ready(.frame(LogFrame(stream: stream, number: number, bytes: payload)))
                    bytes = payload.count
                } else {
                    switch location(of: number, reference, cache: cache) {
                    case .place(let segment, let place):
                        item = .onDisk(number: number, segment, place)
                        bytes = place.payloadBytes
                    case .lost(let text):
                        item = .ready(.quarantined(number: number, text))
                        bytes = 0
                    case .load(let request):
                        plan.missing = request
                        return plan
                    }
                }
                room -= bytes + RecordHeader.byteCount
                guard room >= 0 || plan.items.isEmpty else { return plan }
                plan.items.append(item)
            }
        }
        return plan
    }

    /// Whether a number is still where a reader looked for it, so that what it found there is damage and not history.
    func isStill(_ number: UInt64, of stream: LogStream, in segment: SegmentIdentity) -> Bool {
        guard let entry = streams[stream],
            let reference = entry.references.first(where: { $0.first <= number && number <= $0.last })
        else { return false }
        return reference.segment == segment.sequence && self.segment(segment.sequence)?.isReleasing == false
    }

    func placesRequest(_ reference: RunReference) -> PlacesRequest? {
        guard case .run(let index) = reference.source, let segment = segment(reference.segment),
            let filed = segment.runs[index].filed
        else { return nil }
        let run = segment.runs[index]
        return PlacesRequest(
            segment: segment.identity, run: index, stream: run.stream, first: run.first, count: run.count,
            offset: filed.offset, checksum: filed.checksum)
    }

    private enum Location {
        case place(SegmentIdentity, FramePlace)
        case lost(String)
        case load(PlacesRequest)
    }

    private func location(of number: UInt64, _ reference: RunReference, cache: PlaceCache) -> Location {
        switch reference.source {
        case .lost(let text): return .lost(lostTexts[text])
        case .run(let index):
            guard let segment = segment(reference.segment) else { return .lost("its segment is gone") }
            let run = segment.runs[index]
            guard let request = placesRequest(reference) else {
                return .place(segment.identity, run.places[Int(number - run.first)])
            }
            guard let places = cache.places(segment: reference.segment, run: index) else { return .load(request) }
            return .place(segment.identity, places[Int(number - run.first)])
        }
    }
}
