internal import DurableFiles

/// Opens the files of a log: finds out what is whole, cuts a torn tail, and leaves everything ready for appends.
///
/// Every step may be interrupted by a crash and is then done again with the same outcome.
struct Recovery {
    let directory: String
    let configuration: SegmentLogConfiguration
    let files: any FileSystem
    var report = RecoveryReport()
    var lost: [LostSegment] = []

    struct Recovered {
        var index: LogIndex
        var supply: SegmentSupply
        var segment: WritableSegment
        var tail: Int
        var nextNoteOrder: UInt64
        var report: RecoveryReport
    }

    mutating func run() throws(SegmentLogError) -> Recovered {
        let result: Result<Recovered, SegmentLogError>
        do throws(FileError) { result = try recover() } catch { throw SegmentLogError(error) }
        return try result.get()
    }

    private mutating func recover() throws(FileError) -> Result<Recovered, SegmentLogError> {
        let listing = try DirectoryListing(directory, files)
        for path in listing.leftovers { try files.remove(path) }
        var segments: [(identity: SegmentIdentity, bytes: Int)] = []
        for (sequence, path) in listing.segments {
            switch try readHeader(of: path, sequence) {
            case .success(let segment?): segments.append(segment)
            case .success(nil): break
            case .failure(let error): return .failure(error)
            }
        }
        var spares = listing.spares
        var contents: [SegmentContents] = []
        for (identity, bytes) in segments.reversed() {
            if let found = try read(identity, bytes: bytes, isLast: contents.isEmpty) {
                contents.append(found)
            } else {
                // Made ahead of its use and never written to.
                let spare = String(identity.path.dropLast(4)) + ".spare"
                try files.rename(identity.path, to: spare)
                spares.append((spare, bytes))
            }
        }
        contents.reverse()
        let kept = spares.filter { $0.bytes <= configuration.segmentBytes }.prefix(configuration.spareSegments)
        for spare in spares where !kept.contains(where: { $0.path == spare.path }) { try files.remove(spare.path) }
        try files.syncDirectory(directory)
        let fileBytes = contents.reduce(0) { $0 + $1.fileBytes + $1.indexBytes } + kept.reduce(0) { $0 + $1.bytes }
        let supply = SegmentSupply(
            directory: directory, configuration: configuration, files: files, spares: Array(kept),
            nextSequence: listing.highestSequence + 1, fileBytes: fileBytes + lost.reduce(0) { $0 + $1.bytes })
        do throws(SegmentLogError) {
            return .success(try finish(contents, supply))
        } catch {
            return .failure(error)
        }
    }

    /// nil for a file whose header is gone: it stays where it is and is reported.
    private mutating func readHeader(
        of path: String, _ sequence: UInt64
    ) throws(FileError) -> Result<(identity: SegmentIdentity, bytes: Int)?, SegmentLogError> {
        let file = try files.open(path, .readOnly)
        defer { file.close() }
        let bytes = try file.size()
        switch SegmentHeader.read(try file.read(at: 0, count: SegmentHeader.areaBytes), sequence: sequence) {
        case .unsupportedVersion(let version):
            return .failure(
                SegmentLogError(
                    .unsupportedVersion, "format version \(version); this program knows \(SegmentHeader.version)",
                    path: path, offset: 8))
        case .damaged:
            lost.append(LostSegment(sequence: sequence, path: path, bytes: bytes))
            report.quarantined.append(.init(path: path, offset: 0, bytes: bytes))
            return .success(nil)
        case .good(let header, let damagedCopies):
            for offset in damagedCopies {
                report.quarantined.append(.init(path: path, offset: offset, bytes: SegmentHeader.copyBytes))
            }
            return .success((SegmentIdentity(sequence: sequence, salt: header.salt, path: path), bytes))
        }
    }

    /// What a segment holds; nil if it is one behind the last and holds nothing.
    private mutating func read(
        _ identity: SegmentIdentity, bytes: Int, isLast: Bool
    ) throws(FileError) -> SegmentContents? {
        if var contents = IndexFile.read(of: identity, files) {
            contents.fileBytes = bytes
            return contents
        }
        let file = try files.open(identity.path, .readWrite)
        defer { file.close() }
        let image = try file.read(at: 0, count: bytes)
        guard isLast else {
            var contents = image.withUnsafeBytes { SegmentContents(scanning: $0, identity) }
            if !contents.isSealed {
                let unknown = Damage(offset: contents.usedBytes, bytes: bytes - contents.usedBytes, frame: nil)
                contents.damages.append(unknown)
            }
            return contents
        }
        let scan = image.withUnsafeBytes { SegmentScan($0, salt: identity.salt) { _ in } }
        guard scan.hasRecords else { return nil }
        let end = scan.tornTail ?? scan.end
        report.bytesCutFromTornTail = scan.end - end
        try settle(file, image, from: min(scan.syncedThrough, end), end: end, staleEnd: scan.end)
        return image.withUnsafeBytes { SegmentContents(scanning: $0, identity, below: end) }
    }

    /// Makes the end of the log what the scan says that it is. The last commit may never have been synced, or its sync
    /// may have failed and left pages that look written: it is written again. Whole records behind the cut would come
    /// back to life behind later, shorter commits: they become zeros.
    private func settle(
        _ file: any OpenFile, _ image: [UInt8], from start: Int, end: Int, staleEnd: Int
    ) throws(FileError) {
        try file.write(Array(image[start..<end]), at: start)
        if staleEnd > end { try file.write([UInt8](repeating: 0, count: staleEnd - end), at: end) }
        try file.sync()
    }

    private mutating func finish(
        _ contents: [SegmentContents], _ supply: SegmentSupply
    ) throws(SegmentLogError) -> Recovered {
        var contents = contents
        let segment: WritableSegment
        var tail = SegmentHeader.areaBytes
        if let last = contents.last, !last.isSealed {
            let file = try SegmentLogError.translating { () throws(FileError) in
                try files.open(last.identity.path, .readWrite)
            }
            tail = last.usedBytes
            segment = WritableSegment(
                identity: last.identity, file: file, capacity: configuration.segmentBytes, grown: last.fileBytes,
                files: files)
        } else {
            segment = try supply.take()
            var empty = SegmentContents(identity: segment.identity, usedBytes: tail)
            empty.fileBytes = segment.grownBytes
            contents.append(empty)
        }
        let active = SegmentEntry(identity: segment.identity, fileBytes: segment.grownBytes)
        var index = LogIndex(configuration: configuration, active: active)
        for part in contents { index.adopt(part) }
        index.finishRecovery(contents, lost: lost)
        for part in contents {
            for damage in part.damages {
                report.quarantined.append(
                    .init(path: part.identity.path, offset: damage.offset, bytes: damage.bytes))
            }
        }
        report.frames = index.liveFrames
        let lastOrder = index.notes.values.map(\.order).max() ?? 0
        return Recovered(
            index: index, supply: supply, segment: segment, tail: tail, nextNoteOrder: lastOrder + 1, report: report)
    }
}

extension LogIndex {
    /// Frames that can be read.
    fileprivate var liveFrames: UInt64 {
        streams.values.reduce(0) { sum, entry in
            entry.references.reduce(sum) { sum, reference in
                if case .run = reference.source { sum + UInt64(reference.count) } else { sum }
            }
        }
    }
}
