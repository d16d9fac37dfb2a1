internal import DurableFiles
internal import Glibc
internal import Synchronization

/// Reads single frames of one or a few segments; keeps the file that it read last open.
final class FrameReader {
    private let core: LogCore
    private var open: (identity: SegmentIdentity, file: any OpenFile)?

    init(core: LogCore) { self.core = core }

    /// A device that cannot be read now may be readable in a moment.
    private static let rereadPausesMicroseconds: [UInt32] = [5_000, 20_000, 80_000]

    /// The payload of a frame, or nil if what lies at its place is anything else, its file is missing, or the device has
    /// refused to read it for too long. Until then a refusal is no damage: after a few attempts that is `.temporary`.
    func payload(
        _ stream: LogStream, _ number: UInt64, _ segment: SegmentIdentity, _ place: FramePlace
    ) throws(SegmentLogError) -> [UInt8]? {
        let record: [UInt8]
        do throws(FileError) {
            record = try reading(RecordHeader.byteCount + place.payloadBytes, at: place.offset, of: segment)
        } catch {
            guard error.code == .notFound || isLost(place, of: segment, error) else { throw SegmentLogError(error) }
            return nil
        }
        core.unreadable.withLock { places in
            if !places.isEmpty { places.wasRead(.init(segment: segment.sequence, offset: place.offset)) }
        }
        return record.withUnsafeBytes { bytes in
            guard let header = RecordHeader(bytes, at: 0, salt: segment.salt), header.kind == .frame,
                header.stream == stream, header.number == number, header.payloadBytes == place.payloadBytes,
                header.payloadIsIntact(in: bytes, at: 0, salt: segment.salt)
            else { return nil }
            return Array(bytes[RecordHeader.byteCount...])
        }
    }

    /// A bad sector: refused for longer than the patience, on a log that has not failed as a whole.
    private func isLost(_ place: FramePlace, of segment: SegmentIdentity, _ error: FileError) -> Bool {
        guard error.errno == EIO, core.failure == nil else { return false }
        let refused = UnreadablePlaces.Place(segment: segment.sequence, offset: place.offset)
        let patience = Duration.milliseconds(core.configuration.unreadablePatienceMilliseconds)
        return core.unreadable.withLock { $0.isLost(refused, now: .now, patience: patience) }
    }

    private func reading(_ count: Int, at offset: Int, of segment: SegmentIdentity) throws(FileError) -> [UInt8] {
        for pause in Self.rereadPausesMicroseconds {
            do throws(FileError) {
                return try file(of: segment).read(at: offset, count: count)
            } catch {
                guard error.errno == EIO else { throw error }
                open = nil
                // A device that was slow to answer says nothing when it is well again; this is a reader's own thread.
                usleep(pause)
            }
        }
        return try file(of: segment).read(at: offset, count: count)
    }

    /// Where a frame of a live run lies; loads the places of the run if they are not in memory.
    func place(of number: UInt64, _ reference: RunReference) throws(SegmentLogError) -> FramePlace? {
        let (request, place) = core.index.withLock { index -> (PlacesRequest?, FramePlace?) in
            if let request = index.placesRequest(reference) { return (request, nil) }
            guard case .run(let position) = reference.source, let segment = index.segment(reference.segment) else {
                return (nil, nil)
            }
            let run = segment.runs[position]
            return (nil, run.places[Int(number - run.first)])
        }
        guard let request else { return place }
        return try places(of: request)[Int(number - request.first)]
    }

    /// The places of a run from the cache, from the index file, or, should that be damaged, from the segment itself.
    func places(of request: PlacesRequest) throws(SegmentLogError) -> [FramePlace] {
        if let cached = core.cache.places(segment: request.segment.sequence, run: request.run) { return cached }
        let places: [FramePlace]
        do throws(FileError) {
            if let filed = try IndexFile.places(of: request, core.files) {
                places = filed
            } else {
                places = try scannedPlaces(of: request)
            }
        } catch {
            throw SegmentLogError(error)
        }
        core.cache.insert(places, segment: request.segment.sequence, run: request.run)
        return places
    }

    /// A frame that is not found gets a place where nothing is, so that reading it shows the damage.
    private func scannedPlaces(of request: PlacesRequest) throws(FileError) -> [FramePlace] {
        var places = [FramePlace](repeating: FramePlace(offset: 0, payloadBytes: 0), count: request.count)
        let file = try file(of: request.segment)
        let bytes = try file.read(at: 0, count: try file.size())
        bytes.withUnsafeBytes { raw in
            _ = SegmentScan(raw, salt: request.segment.salt) { record in
                let header = record.header
                guard header.kind == .frame, header.stream == request.stream, header.number >= request.first,
                    header.number - request.first < UInt64(request.count)
                else { return }
                places[Int(header.number - request.first)] = record.place
            }
        }
        // Without it the next opening scans the segment and writes a good one.
        let indexPath = IndexFile.path(of: request.segment.path)
        if core.files.exists(indexPath) { try core.files.remove(indexPath) }
        return places
    }

    private func file(of segment: SegmentIdentity) throws(FileError) -> any OpenFile {
        if let open, open.identity == segment { return open.file }
        let file = try core.files.open(segment.path, .readOnly)
        open = (segment, file)
        return file
    }
}
