internal import CanonicalStore
internal import DeadLetters
internal import DurableFiles

/// Where the store puts what it cannot process: a file for each of its two topics.
struct StoreDeadLetters: Sendable {
    private let box: DeadLetterBox
    private let threads: FileThreads

    init(sharedDirectory: String, threads: FileThreads) {
        box = DeadLetterBox(directory: sharedDirectory + "/dead-letters")
        self.threads = threads
    }

    /// Durable on return; after a throw some may be there, and come twice.
    @Sendable func keep(_ letters: [DeadLetter]) async throws(FileError) {
        try await threads.run { [box] () throws(FileError) in
            for (topic, letters) in Dictionary(grouping: letters, by: \.topic) {
                let file = box.file("store-\(topic)")
                for letter in letters { file.add(letter) }
                try file.flush()
            }
        }
    }

    /// Earlier releases kept them in the store's databases: moves what is left there.
    func adopt(from users: UserStore, _ messages: MessageStore) async throws {
        while true {
            let former =
                try await users.formerDeadLetters(limit: 1_000) + messages.formerDeadLetters(limit: 1_000)
            guard !former.isEmpty else { return }
            try await keep(former.map(DeadLetter.init))
            try await users.forget(former)
            try await messages.forget(former)
        }
    }
}

extension DeadLetter {
    fileprivate init(_ former: FormerDeadLetter) {
        let item = former.item < 0 ? nil : former.item
        self.init(
            stage: "store", topic: former.topic, partition: former.partition,
            source: Source(stream: former.stream, number: former.number, item: item),
            content: item == nil ? .frame : .item, reason: former.reason,
            unixMilliseconds: former.seenUnixMilliseconds, bytes: former.bytes[...])
    }
}
