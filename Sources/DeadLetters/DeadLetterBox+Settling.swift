public import DurableFiles

extension DeadLetterBox {
    /// Marks letters as done with; durable on return, and without effect on those that are settled or gone. Returns
    /// how many it marked. Whoever replays settles afterwards: a crash in between only leads to a second replay.
    @discardableResult
    public func settle(
        _ ids: [DeadLetterID], as settlement: Settlement, unixMilliseconds: UInt64
    ) throws(FileError) -> Int {
        var count = 0
        for (name, ids) in Dictionary(grouping: ids, by: \.file).sorted(by: { $0.key < $1.key }) {
            guard files.exists(names.log(name)) else { continue }
            let lock = try files.lockWaiting(names.lock(name))
            defer { lock.release() }
            let marks = try SettledMarks(of: name, names, files)
            var lines: [UInt8] = []
            for id in Set(ids).sorted() where marks[id] == nil {
                guard try find(id) != nil else { continue }
                lines += SettledMarks.line(id, settlement, unixMilliseconds: unixMilliseconds)
                count += 1
            }
            if !lines.isEmpty { try files.appendLines(lines, to: names.settled(name)) }
        }
        return count
    }

    /// Gives the space of files back all of whose letters are settled. Reads the files in which some are: call it once
    /// after a series of `settle`.
    ///
    /// A file goes before its marks. Marks that a crash leaves behind match no later letter, for they name its
    /// checksum, and go the next time.
    public func reclaim() throws(FileError) {
        for name in try fileNames(ending: ".settled") {
            let lock = try files.lockWaiting(names.lock(name))
            defer { lock.release() }
            guard try isDone(name) else { continue }
            if files.exists(names.log(name)) {
                try files.remove(names.log(name))
                try files.syncDirectory(names.directory)
            }
            try files.remove(names.settled(name))
            try files.syncDirectory(names.directory)
        }
    }

    private func isDone(_ name: String) throws(FileError) -> Bool {
        guard let file = try opened(name) else { return true }
        defer { file.close() }
        let marks = try SettledMarks(of: name, names, files)
        var scanner = try EntryScanner(file, name: name)
        while let found = try scanner.next() {
            if marks[found.id] == nil { return false }
        }
        return scanner.unsupportedCount == 0
    }
}
