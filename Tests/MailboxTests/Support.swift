import Foundation
import Testing

@testable import Mailbox

/// A directory that is removed when the last reference to it goes.
final class TemporaryDirectory: Sendable {
    let path: String

    init(in parent: String = NSTemporaryDirectory()) throws {
        path = parent + "/mailbox-test-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// SplitMix64: the same numbers for the same seed.
struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
        return value ^ value >> 31
    }

    /// Text made of pieces that are trouble for mail: separators, quotes, encoded words, controls, emoji.
    mutating func hostileText(pieces: Int, _ allowed: [String] = SeededRandom.pieces) -> String {
        (0..<Int.random(in: 0...pieces, using: &self)).map { _ in allowed.randomElement(using: &self) ?? "" }.joined()
    }

    static let pieces = [
        "From ", "\nFrom ", "\n>From ", "\n>>>From x", "\n\nFrom statuscast Sun Nov 22 21:02:11 2026\n", "\n", "\n\n",
        "\r", "\r\n",
        ">", " ", "  ", "a", "word", "=?utf-8?B?YQ==?=", "=?", "?=", "=", "ä", "ñ", "日本語", "👩‍👩‍👧‍👦", "\u{1F600}", "\u{202E}",
        "\u{2028}",
        "\t", "\u{7F}", "\u{1}", ":", "Subject: x", "\nX-Injected: yes\n\n", ",", ";", "\"", "(", ")", "<a@b>", "%",
    ]
}

func record(_ id: UInt64, _ body: String = "hello", headers: [(name: String, value: String)] = []) -> [UInt8] {
    RecordFormat.render(
        id: id, unixMilliseconds: 1_795_381_331_123 + id, host: "example.org:3000", from: "alice",
        subject: RecordFormat.subject(ofBody: body), inReplyTo: nil, headers: headers, body: body)
}

let aliceHome = MailboxLocation(hash: 0xAB12_0000_0000_0000, owner: "account-12", kind: "home")

func filePath(_ directory: TemporaryDirectory, _ name: String = "home.normal.1.mbox") -> String {
    directory.path + "/ab/12/account-12/" + name
}

func bytes(of path: String) throws -> [UInt8] { Array(try Data(contentsOf: URL(fileURLWithPath: path))) }

func write(_ bytes: [UInt8], to path: String) throws {
    let url = URL(fileURLWithPath: path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(bytes).write(to: url)
}

/// Runs Python 3 and returns what it prints.
func python(_ script: String, _ arguments: [String]) throws -> Data {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["python3", "-c", script] + arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(process.terminationStatus == 0)
    return data
}
