import DeadLetters
import DurableFiles
import FaultyFiles

func letter(
    _ bytes: String, stage: String = "judge", at time: UInt64 = 1_795_384_140_881, reason: String = "text: not UTF-8"
) -> DeadLetter {
    DeadLetter(
        stage: stage, topic: "receive", partition: 3,
        source: DeadLetter.Source(stream: "19a0c2f3e51-5f2c", number: 7, item: 2), content: .item, reason: reason,
        unixMilliseconds: time, bytes: Array(bytes.utf8)[...])
}

/// A box in memory whose file `judge-3` holds what is given, whatever it is.
func box(holding text: String, files: FaultyFiles = FaultyFiles(seed: 1)) throws -> DeadLetterBox {
    let file = try files.open("/box/judge-3.log", .create)
    try file.write(Array(text.utf8), at: 0)
    try file.sync()
    try files.syncDirectory("/box")
    return DeadLetterBox(directory: "/box", files: files)
}

extension DeadLetterBox {
    func put(_ letters: DeadLetter..., in file: String = "judge-3") throws {
        let file = self.file(file)
        for letter in letters { file.add(letter) }
        try file.flush()
    }

    func everything() throws -> [StoredDeadLetter] { try list(limit: 1_000).letters }

    func texts() throws -> [String] {
        try everything().map { String(decoding: try read($0.id)?.letter.bytes ?? [], as: UTF8.self) }
    }
}
