internal import DurableFiles
internal import Synchronization

/// What happens beside the writer, one job at a time.
extension LogCore {
    /// Writes the index file of a sealed segment and lets the places of its frames go from memory. Without it (no room,
    /// perhaps) they stay in memory and the next opening scans the segment.
    func writeIndexFile(of sequence: UInt64) {
        guard let contents = index.withLock({ $0.contents(of: sequence) }) else { return }
        let (bytes, filed) = IndexFile.encode(contents)
        attempt { () throws(SegmentLogError) in
            try SegmentLogError.translating { () throws(FileError) in
                try files.replace(IndexFile.path(of: contents.identity.path), with: bytes)
            }
            supply.count(bytes.count)
            index.withLock { index in
                guard let segment = index.sealed[sequence] else { return }
                segment.indexBytes = bytes.count
                for (run, place) in filed.enumerated() {
                    segment.runs[run].file(at: place.offset, checksum: place.checksum)
                }
            }
        }
    }

    /// Lets the file of a segment without anything live go, then everything that is known of it. In this order: until
    /// the name is durably gone, a crash may bring its frames back, and the drop marks elsewhere must stay.
    func release(_ sequence: UInt64) {
        let found = index.withLock { index in
            index.sealed[sequence].map { ($0.identity.path, $0.fileBytes, $0.indexBytes) }
        }
        guard let (path, fileBytes, indexBytes) = found else { return }
        do throws(SegmentLogError) {
            try supply.recycle(path, bytes: fileBytes)
        } catch {
            note(error)
            index.withLock { $0.setReleasing(sequence, false) }
            return
        }
        if indexBytes > 0 {
            // Left over, it is swept away by the next opening.
            try? files.remove(IndexFile.path(of: path))
            supply.giveBack(indexBytes)
        }
        index.withLock { $0.remove(sequence) }
        inbox.callWriter()
    }
}

extension LogIndex {
    /// What the index file of a sealed segment has to say; nil if the segment is gone or has its file.
    func contents(of sequence: UInt64) -> SegmentContents? {
        guard let segment = sealed[sequence], segment.indexBytes == 0, !segment.isReleasing else { return nil }
        let marks = segment.markedStreams.compactMap { stream in
            streams[stream].map { entry in
                (stream: stream, through: entry.marked?.segment == sequence ? entry.marked?.through ?? 0 : 0)
            }
        }
        let notes = segment.noteKeys.map { key in
            guard let note = self.notes[key], note.segment == sequence else {
                return SegmentContents.Note(key: key, value: nil, order: 0)
            }
            return SegmentContents.Note(key: key, value: note.value, order: note.order)
        }
        var contents = SegmentContents(identity: segment.identity, usedBytes: segment.usedBytes)
        contents.runs = segment.runs
        contents.marks = marks
        contents.notes = notes
        contents.damages = segment.damages
        return contents
    }
}
