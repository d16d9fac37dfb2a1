internal import DeadLetters
internal import DurableFiles
internal import Foundation
internal import Settings

/// The dead letters of a data directory, for commands: every access on a thread of its own.
struct DeadLetterDesk: Sendable {
    let directory: DataDirectory
    private let box: DeadLetterBox

    /// Throws as `OperatedData` does.
    init(_ options: DataOptions) throws {
        directory = try OperatedData(options).directory
        box = DeadLetterBox(directory: directory.shared + "/dead-letters")
    }

    func list(stage: String?, after: DeadLetterID? = nil, limit: Int) async throws -> DeadLetterPage {
        try await onThread { box throws(FileError) in try box.list(stage: stage, after: after, limit: limit) }
    }

    /// All of them, or `.notFound` and the first that is not there.
    func read(_ ids: [DeadLetterID]) async throws -> [StoredDeadLetter] {
        var letters: [StoredDeadLetter] = []
        for id in ids { letters.append(try await read(id)) }
        return letters
    }

    func read(_ id: DeadLetterID) async throws -> StoredDeadLetter {
        guard let letter = try await onThread({ box throws(FileError) in try box.read(id) }) else {
            throw OperateError(.notFound, "there is no dead letter \(id); was it replayed or dropped already?")
        }
        return letter
    }

    /// Durable on return.
    func settle(_ ids: [DeadLetterID], as settlement: Settlement) async throws {
        let now = UInt64(Date().timeIntervalSince1970 * 1_000)
        _ = try await onThread { box throws(FileError) in try box.settle(ids, as: settlement, unixMilliseconds: now) }
    }

    func reclaim() async throws { try await onThread { box throws(FileError) in try box.reclaim() } }

    private func onThread<T: Sendable>(
        _ body: @escaping @Sendable (DeadLetterBox) throws(FileError) -> T
    ) async throws -> T {
        let threads = FileThreads(name: "operate", count: 1)
        defer { threads.stop() }
        do throws(FileError) {
            return try await threads.run { [box] () throws(FileError) in try body(box) }
        } catch {
            throw OperateError(error.code == .locked ? .temporary : .failed, error.description)
        }
    }
}

/// Ids as arguments.
struct DeadLetterArguments: Sendable {
    let ids: [DeadLetterID]

    init(_ texts: [String]) throws {
        ids = try texts.map { text in
            guard let id = DeadLetterID(text) else {
                throw OperateError(
                    .usage, "\"\(text)\" is no dead letter's id; `statuscast queue dead-letters` lists them")
            }
            return id
        }
    }
}
