internal import ArgumentParser
internal import DeadLetters
internal import Foundation
internal import Queue
internal import Settings

/// `statuscast queue replay`
struct ReplayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay", abstract: "Try dead letters again.",
        discussion: """
            Appends each to the topic that it came from, a record to the lane of its mailbox alone, and marks it as \
            done with once the queue has it on disk. What cannot be processed this time either becomes a new dead \
            letter. The queue nodes must run.
            \(ExitStatus.help)
            """)

    @OptionGroup var data: DataOptions
    @OptionGroup var output: OutputOptions
    @OptionGroup var progress: ProgressOptions

    @Argument(help: "Ids that `statuscast queue dead-letters` shows.")
    var ids: [String] = []

    @Flag(name: .long, help: "All that are there now.")
    var all = false

    @Option(name: .long, help: "With --all: only those of a stage.")
    var stage: DeadLetterStage?

    func validate() throws {
        guard all != !ids.isEmpty else { throw ValidationError("name dead letters, or say --all") }
        guard all || stage == nil else { throw ValidationError("--stage goes with --all") }
    }

    func run() async throws {
        let desk = try DeadLetterDesk(data)
        let ids = try DeadLetterArguments(ids).ids
        let named = try await desk.read(ids).filter { $0.settlement == nil }.map(\.id)
        var replay = Replay(
            desk: desk, queue: try OperatedQueue(desk.directory),
            frames: LetterFrames(cluster: try ClusterFile.load(sharedDirectory: desk.directory.shared)),
            progress: Progress("dead letters", of: all ? nil : named.count, options: progress))
        do {
            if all { try await replay.everything(stage: stage?.rawValue) } else { try await replay.these(named) }
        } catch {
            await replay.end()
            throw error
        }
        await replay.end()
        try await desk.reclaim()
        if output.json {
            try Terminal.print(json: ["replayed": replay.replayedCount, "refused": replay.refusedCount])
        } else {
            Terminal.print("\(replay.replayedCount) replayed")
        }
        guard replay.refusedCount == 0 else {
            throw OperateError(.failed, "\(replay.refusedCount) cannot be replayed; they stay")
        }
    }
}

/// Brings letters back to the queue, in steps of limited size: append, then settle.
private struct Replay {
    let desk: DeadLetterDesk
    let queue: OperatedQueue
    let frames: LetterFrames
    let progress: Progress
    private(set) var replayedCount = 0
    private(set) var refusedCount = 0

    private static let stepLetters = 100
    private static let stepBytes = 8 << 20

    init(desk: DeadLetterDesk, queue: OperatedQueue, frames: LetterFrames, progress: Progress) {
        self.desk = desk
        self.queue = queue
        self.frames = frames
        self.progress = progress
    }

    /// Those that are there when it begins: what fails again comes behind them as a new letter, and is left alone.
    mutating func everything(stage: String?) async throws {
        let start = UInt64(Date().timeIntervalSince1970 * 1_000)
        var last: DeadLetterID?
        while true {
            let page = try await desk.list(stage: stage, after: last, limit: Self.stepLetters)
            try await these(page.letters.filter { $0.letter.unixMilliseconds <= start }.map(\.id))
            guard page.hasMore else { return }
            last = page.letters.last?.id
        }
    }

    mutating func these(_ ids: [DeadLetterID]) async throws {
        var waiting: [String: [OutgoingFrame]] = [:]
        var done: [DeadLetterID] = []
        var bytes = 0
        for id in ids {
            let letter = try await desk.read(id).letter
            do throws(LetterFrames.Refusal) {
                waiting[letter.topic, default: []] += try frames.frames(of: letter)
                done.append(id)
                bytes += letter.bytes.count
            } catch {
                refusedCount += 1
                Terminal.complain("\(id): \(error)")
            }
            if bytes >= Self.stepBytes || done.count >= Self.stepLetters {
                try await step(&waiting, &done)
                bytes = 0
            }
        }
        try await step(&waiting, &done)
    }

    private mutating func step(_ waiting: inout [String: [OutgoingFrame]], _ done: inout [DeadLetterID]) async throws {
        for (topic, frames) in waiting { try await queue.append(frames, to: topic) }
        try await desk.settle(done, as: .replayed)
        replayedCount += done.count
        progress.advance(by: done.count)
        waiting = [:]
        done = []
    }

    func end() async {
        progress.end()
        await queue.close()
    }
}
