import CLinux
import DurableFiles
import Foundation
import Mailbox
import Measuring
import StatuscastModel

/// Bundles into mailboxes: on first creation, warm, and cold.
///
/// - first: the append makes the file and its directories.
/// - warm: the files were written a moment ago by the same writer.
/// - cold pages: the files' pages were given back to the kernel (`POSIX_FADV_DONTNEED`) and a new writer looks at the
///   end of each file; names and inodes are still in memory, which no user can empty.
/// - cold: the kernel's caches of pages, names and inodes were dropped, which root alone can do, for all of the
///   machine.
struct MailboxPart {
    let directory: String
    let dropsCaches: Bool

    private enum State: String, CaseIterable {
        case first = "first"
        case warm = "warm"
        case coldPages = "cold pages"
        case cold = "cold"
    }

    var trials: [Trial] { [(5_000, 1), (5_000, 10), (500, 100)].map { bundles($0.0, $0.1) } }

    private var states: [State] { State.allCases.filter { $0 != .cold || dropsCaches } }

    static func location(_ number: Int) -> MailboxLocation {
        let address = Address.home(AccountID(rawValue: SampleStatus.id(number)))
        return MailboxLocation(hash: address.hash, owner: address.owner, kind: address.kind)
    }

    private func bundles(_ files: Int, _ records: Int) -> Trial {
        let bundle = (0..<records).map { SampleStatus.rendered($0)[...] }
        return Trial(
            states.flatMap { state -> [Trial.Figure] in
                let name = "mailbox: \(files) files, \(records) records each, \(state.rawValue)"
                return [.init(name, "records/s"), .init(name + ", written and synced", "records/s")]
            }, recordBytes: bundle[0].count, note: "one thread; syncfs at the end of the second figure"
        ) {
            try await ScratchDirectory.with(in: directory) { path in
                let threads = FileThreads(name: "mailboxes", count: 1)
                defer { threads.stop() }
                return try await threads.run { try measure(path, files, bundle) }
            }
        }
    }

    private func measure(_ root: String, _ files: Int, _ bundle: [ArraySlice<UInt8>]) throws -> [Double] {
        var writer = try MailboxWriter(root: root, lane: "normal")
        var figures: [Double] = []
        for (rounds, state) in states.enumerated() {
            if state == .coldPages || state == .cold {
                try forget(root, state)
                writer = try MailboxWriter(root: root, lane: "normal")
            }
            let watch = Stopwatch()
            for number in 0..<files { try writer.append(bundle, to: Self.location(number), term: 1) }
            let written = watch.seconds
            try writer.sync()
            let records = Double(files * bundle.count)
            figures += [records / written, records / watch.seconds]
            try check(root, files, bundle, rounds: rounds + 1)
        }
        return figures
    }

    /// Every byte is on the filesystem, and some mailboxes read back as what was written.
    private func check(_ root: String, _ files: Int, _ bundle: [ArraySlice<UInt8>], rounds: Int) throws {
        let expected = files * rounds * bundle.reduce(0) { $0 + $1.count }
        let found = ScratchDirectory.bytes(below: root)
        try verify(found == expected, "\(found) bytes in the mailboxes, \(expected) written")
        let reader = MailboxReader(root: root, memoryBytesMax: 1 << 20)
        for number in stride(from: 0, to: files, by: files / 20) {
            var offsets: [String: Int] = [:]
            let records = try reader.records(Self.location(number), afterOffsets: &offsets)
            let expected = (0..<rounds).flatMap { _ in bundle.map { Array($0) } }
            try verify(records == expected, "mailbox \(number) holds \(records.count) records, or others")
        }
    }

    private func forget(_ root: String, _ state: State) throws {
        guard state == .cold else {
            try MailboxFile.walk(root: root) { file in
                let descriptor = open(file.path, O_RDONLY)
                defer { close(descriptor) }
                try verify(posix_fadvise(descriptor, 0, 0, POSIX_FADV_DONTNEED) == 0, "fadvise of \(file.path)")
            }
            return
        }
        sync()
        guard let file = FileHandle(forWritingAtPath: "/proc/sys/vm/drop_caches") else {
            throw BenchmarkError("only root may drop the kernel's caches: leave --drop-caches away")
        }
        try file.write(contentsOf: Data("3\n".utf8))
        try file.close()
    }
}
