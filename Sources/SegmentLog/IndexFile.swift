internal import DurableFiles

/// The index file beside a sealed segment: everything that opening the log needs of it, and the places of its frames.
///
/// It is derived from the segment alone and can be deleted at any time.
///
///      0 magic 8 · 8 version u32 · 12 table bytes u32 · 16 sequence u64 · 24 salt u64 · 32 used bytes u64
///     40 runs u32 · 44 marks u32 · 48 notes u32 · 52 damages u32 · 56 zero u32 · 60 CRC32 of 0..<60 and the table
///     64 table: runs, marks, notes, damages; then the places of all runs, 8 bytes each
enum IndexFile {
    static let headerBytes = 64
    static let version: UInt32 = 1
    static let magic: [UInt8] = Array("SCINDEX\n".utf8)
    static let placeBytes = 8

    static func path(of segmentPath: String) -> String {
        (segmentPath.hasSuffix(".seg") ? String(segmentPath.dropLast(4)) : segmentPath) + ".index"
    }

    /// The bytes of the file, and for each run where they have its places.
    static func encode(
        _ contents: SegmentContents
    ) -> (bytes: [UInt8], filed: [(offset: Int, checksum: UInt32)]) {
        let places = contents.runs.map { run in
            var sink = ByteSink()
            for place in run.places {
                sink.put(UInt32(place.offset))
                sink.put(UInt32(place.payloadBytes))
            }
            return sink.bytes
        }
        let checksums = places.map { Checksum.crc32($0) }
        let table = encodedTable(contents, checksums)
        var header = ByteSink()
        header.put(magic)
        header.put(version)
        header.put(UInt32(table.count))
        header.put(contents.identity.sequence)
        header.put(contents.identity.salt.value)
        header.put(UInt64(contents.usedBytes))
        for count in [contents.runs.count, contents.marks.count, contents.notes.count, contents.damages.count, 0] {
            header.put(UInt32(count))
        }
        header.put(Checksum.crc32(table, seed: Checksum.crc32(header.bytes)))
        var bytes = header.bytes + table
        var filed: [(offset: Int, checksum: UInt32)] = []
        for (part, checksum) in zip(places, checksums) {
            filed.append((bytes.count, checksum))
            bytes += part
        }
        return (bytes, filed)
    }

    private static func encodedTable(_ contents: SegmentContents, _ checksums: [UInt32]) -> [UInt8] {
        var table = ByteSink()
        for (run, checksum) in zip(contents.runs, checksums) {
            table.put(run.stream)
            table.put(UInt32(run.count))
            table.put(run.first)
            table.put(UInt64(run.bytes))
            table.put(checksum)
        }
        for mark in contents.marks {
            table.put(mark.stream)
            table.put(mark.through)
        }
        for note in contents.notes {
            table.put(note.order)
            table.put(UInt32(note.key.count))
            table.put(note.value.map { UInt32($0.count) } ?? UInt32.max)
            table.put(note.key)
            table.put(note.value ?? [])
        }
        for damage in contents.damages {
            table.put(UInt64(damage.offset))
            table.put(UInt64(damage.bytes))
            table.put(UInt8(damage.frame == nil ? 0 : 1))
            table.put(damage.frame?.stream ?? LogStream(partition: 0, high: 0, low: 0))
            table.put(damage.frame?.number ?? 0)
        }
        return table.bytes
    }

    /// Reads header and table, not the places. nil if there is none that is whole, of this version, of this segment.
    static func read(of identity: SegmentIdentity, _ files: any FileSystem) -> SegmentContents? {
        do throws(FileError) {
            let file = try files.open(path(of: identity.path), .readOnly)
            defer { file.close() }
            let header = try file.read(at: 0, count: headerBytes)
            guard header.count == headerBytes else { return nil }
            let tableBytes = header.withUnsafeBytes { Int($0.get(UInt32.self, at: 12)) }
            guard tableBytes <= (try file.size()) - headerBytes else { return nil }
            return decode(header, table: try file.read(at: headerBytes, count: tableBytes), identity)
        } catch {
            return nil
        }
    }

    private static func decode(_ header: [UInt8], table: [UInt8], _ identity: SegmentIdentity) -> SegmentContents? {
        var source = ByteSource(header[...])
        guard source.take(count: 8).map(Array.init) == magic, source.take(UInt32.self) == version,
            source.take(UInt32.self) != nil, source.take(UInt64.self) == identity.sequence,
            source.take(UInt64.self) == identity.salt.value, let usedBytes = source.take(UInt64.self),
            let runCount = source.take(UInt32.self), let markCount = source.take(UInt32.self),
            let noteCount = source.take(UInt32.self), let damageCount = source.take(UInt32.self),
            source.take(UInt32.self) != nil,
            source.take(UInt32.self) == Checksum.crc32(table, seed: Checksum.crc32(header.dropLast(4)))
        else { return nil }
        var rows = ByteSource(table[...])
        var contents = SegmentContents(identity: identity, usedBytes: Int(truncatingIfNeeded: usedBytes))
        var placesAt = headerBytes + table.count
        for _ in 0..<runCount {
            guard let run = rows.takeRun(placesAt: placesAt) else { return nil }
            placesAt += run.count * placeBytes
            contents.runs.append(run)
        }
        for _ in 0..<markCount {
            guard let stream = rows.takeStream(), let through = rows.take(UInt64.self) else { return nil }
            contents.marks.append((stream, through))
        }
        for _ in 0..<noteCount {
            guard let note = rows.takeNote() else { return nil }
            contents.notes.append(note)
        }
        for _ in 0..<damageCount {
            guard let damage = rows.takeDamage() else { return nil }
            contents.damages.append(damage)
        }
        contents.isSealed = true
        contents.indexBytes = placesAt
        return contents
    }

    /// The places of one run as the file has them, or nil if they are not what was written.
    static func places(
        of request: PlacesRequest, _ files: any FileSystem
    ) throws(FileError) -> [FramePlace]? {
        let bytes: [UInt8]
        do throws(FileError) {
            let file = try files.open(path(of: request.segment.path), .readOnly)
            defer { file.close() }
            bytes = try file.read(at: request.offset, count: request.count * placeBytes)
        } catch {
            guard error.code == .notFound else { throw error }
            return nil
        }
        guard bytes.count == request.count * placeBytes, Checksum.crc32(bytes) == request.checksum else { return nil }
        return bytes.withUnsafeBytes { raw in
            (0..<request.count).map { index in
                FramePlace(
                    offset: Int(raw.get(UInt32.self, at: index * placeBytes)),
                    payloadBytes: Int(raw.get(UInt32.self, at: index * placeBytes + 4)))
            }
        }
    }
}

extension ByteSink {
    fileprivate mutating func put(_ stream: LogStream) {
        put(stream.partition)
        put(stream.high)
        put(stream.low)
    }
}

extension ByteSource {
    fileprivate mutating func takeStream() -> LogStream? {
        guard let partition = take(UInt16.self), let high = take(UInt64.self), let low = take(UInt64.self) else {
            return nil
        }
        return LogStream(partition: partition, high: high, low: low)
    }

    fileprivate mutating func takeRun(placesAt offset: Int) -> Run? {
        guard let stream = takeStream(), let count = take(UInt32.self), count > 0, let first = take(UInt64.self),
            !first.addingReportingOverflow(UInt64(count)).overflow, let bytes = take(UInt64.self),
            let checksum = take(UInt32.self)
        else { return nil }
        return Run(
            stream: stream, first: first, count: Int(count), bytes: Int(truncatingIfNeeded: bytes), filedAt: offset,
            checksum: checksum)
    }

    fileprivate mutating func takeNote() -> SegmentContents.Note? {
        guard let order = take(UInt64.self), let keyBytes = take(UInt32.self), let valueBytes = take(UInt32.self),
            let key = take(count: Int(keyBytes))
        else { return nil }
        if valueBytes == UInt32.max { return SegmentContents.Note(key: Array(key), value: nil, order: order) }
        guard let value = take(count: Int(valueBytes)) else { return nil }
        return SegmentContents.Note(key: Array(key), value: Array(value), order: order)
    }

    fileprivate mutating func takeDamage() -> Damage? {
        guard let offset = take(UInt64.self), let bytes = take(UInt64.self), let hasFrame = take(UInt8.self),
            let stream = takeStream(), let number = take(UInt64.self)
        else { return nil }
        return Damage(
            offset: Int(truncatingIfNeeded: offset), bytes: Int(truncatingIfNeeded: bytes),
            frame: hasFrame == 1 ? Damage.Frame(stream: stream, number: number) : nil)
    }
}
