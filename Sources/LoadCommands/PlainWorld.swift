internal import Foundation
internal import Load

/// A world in two files of text: `accounts`, a line each with the id and, for those that a run may act as, a token; and
/// `follows`, a line each with the numbers of follower and followee.
struct PlainWorld: LoadedWorld {
    let ids: [UInt64]
    let tokens: [(account: Int, token: [UInt8])]
    private let follows: String

    init(_ folder: String) throws {
        follows = folder + "/follows"
        var ids: [UInt64] = []
        var tokens: [(account: Int, token: [UInt8])] = []
        for line in try Self.lines(of: folder + "/accounts") {
            let words = line.split(separator: " ")
            guard let id = words.first.flatMap({ UInt64($0) }) else {
                throw LoadError("\(folder)/accounts has a line without an id: \(line)")
            }
            if words.count > 1 { tokens.append((ids.count, Array(words[1].utf8))) }
            ids.append(id)
        }
        self.ids = ids
        self.tokens = tokens
    }

    func forEachEdge(_ body: (UInt32, UInt32) -> Void) throws {
        for line in try Self.lines(of: follows) {
            let numbers = line.split(separator: " ").compactMap { UInt32($0) }
            guard numbers.count == 2, numbers.allSatisfy({ $0 < ids.count }) else {
                throw LoadError("\(follows) has a line that is no follow: \(line)")
            }
            body(numbers[0], numbers[1])
        }
    }

    private static func lines(of path: String) throws -> [Substring] {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw LoadError("\(path) cannot be read: name the folder of the world with --world")
        }
        return text.split(separator: "\n")
    }
}
