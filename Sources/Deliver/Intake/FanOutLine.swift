internal import DequeModule
internal import StatuscastModel

/// The fan-outs that wait for their next followers, in a line of authors. Pure.
///
/// Authors take turns, one quantum each; an author's own fan-outs follow each other as they came. So another author
/// waits for one quantum of each author before it, however much any of them has posted.
struct FanOutLine {
    private var waiting: [AccountID: Deque<FanOut>] = [:]
    private var turns: Deque<AccountID> = []
    private(set) var count = 0

    var isEmpty: Bool { count == 0 }
    var authors: Int { turns.count }

    func holds(_ author: AccountID) -> Bool { waiting[author] != nil }

    mutating func add(_ fanOut: FanOut) {
        if waiting[fanOut.author] == nil { turns.append(fanOut.author) }
        waiting[fanOut.author, default: []].append(fanOut)
        count += 1
    }

    /// The turn of the author in front: `expand` is called with its fan-outs, one after the other, and what is left of
    /// the quantum; it answers how much it used and where to go on, nil for a fan-out that is finished.
    mutating func turn(quantum: Int, _ expand: (FanOut, Int) -> (used: Int, next: UInt32?)) {
        guard let author = turns.popFirst(), var line = waiting.removeValue(forKey: author) else { return }
        var left = quantum
        while left > 0, var fanOut = line.popFirst() {
            let (used, next) = expand(fanOut, left)
            left -= max(used, 1)
            if let next {
                fanOut.from = next
                line.prepend(fanOut)
            } else {
                count -= 1
            }
        }
        guard !line.isEmpty else { return }
        waiting[author] = line
        turns.append(author)
    }
}
