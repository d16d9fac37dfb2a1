internal import Crypto
internal import Foundation

/// SHA-256 of an access token: what the front keeps of one, and the key under which it remembers who it belongs to.
struct TokenHash: Hashable, Sendable {
    private let words: (UInt64, UInt64, UInt64, UInt64)

    init(of token: String) {
        var token = token
        var hash = SHA256()
        token.withUTF8 { hash.update(bufferPointer: UnsafeRawBufferPointer($0)) }
        words = hash.finalize().withUnsafeBytes { TokenHash.words(of: $0) }
    }

    /// Nil unless there are 32 bytes.
    init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        words = bytes.withUnsafeBytes { TokenHash.words(of: $0) }
    }

    var data: Data { withUnsafeBytes(of: words) { Data($0) } }

    private static func words(of bytes: UnsafeRawBufferPointer) -> (UInt64, UInt64, UInt64, UInt64) {
        func word(_ index: Int) -> UInt64 { bytes.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
        return (word(0), word(1), word(2), word(3))
    }

    static func == (a: Self, b: Self) -> Bool { a.words == b.words }
    // The words are a cryptographic hash already: one of them spreads as well as all.
    func hash(into hasher: inout Hasher) { hasher.combine(words.0) }
}
