internal import Foundation

/// A text file of follows: a line each, the follower's number, then the number of whom it follows, with spaces, tabs or
/// a comma between. Lines that begin with `#` are remarks.
///
/// Numbers are below 2^32 and need not be dense: accounts are counted by them in ascending order. Follows of oneself and
/// repetitions are left out. Takes 8 bytes of memory a follow.
struct EdgeList {
    /// How many accounts are named.
    let accounts: Int
    /// The account that is followed above 32 bits of its follower; ascending.
    private let pairs: [UInt64]

    /// Throws `.invalid` with the line that makes no sense.
    init(path: String) throws(WorldError) {
        var pairs: [UInt64] = []
        let text: Data
        do {
            text = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        } catch {
            throw WorldError(.failed, "\(path) cannot be read: \(error)")
        }
        let faulty: Int? = text.withUnsafeBytes { bytes in
            let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
            for (number, line) in lines.enumerated() {
                guard let first = line.first(where: { $0 > 0x20 }), first != UInt8(ascii: "#") else { continue }
                guard let (follower, followee) = Self.pair(line) else { return number + 1 }
                if follower != followee { pairs.append(UInt64(followee) << 32 | UInt64(follower)) }
            }
            return nil
        }
        if let faulty { throw WorldError(.invalid, "\(path), line \(faulty): not two numbers below 2^32") }
        let names = Self.names(pairs)
        guard names.count >= 2 else { throw WorldError(.invalid, "\(path) names fewer than two accounts") }
        for index in pairs.indices {
            let followee = Self.number(of: UInt32(pairs[index] >> 32), names)
            let follower = Self.number(of: UInt32(truncatingIfNeeded: pairs[index]), names)
            pairs[index] = UInt64(followee) << 32 | UInt64(follower)
        }
        pairs.sort()
        accounts = names.count
        self.pairs = pairs
    }

    /// A row for each account, from account 0 on.
    func forEachRow(_ body: ([UInt32]) throws(WorldError) -> Void) throws(WorldError) {
        var row: [UInt32] = []
        var index = 0
        for account in 0..<accounts {
            row.removeAll(keepingCapacity: true)
            while index < pairs.count, pairs[index] >> 32 == UInt64(account) {
                row.append(UInt32(truncatingIfNeeded: pairs[index]))
                index += 1
            }
            row.removeRepeated()
            try body(row)
        }
    }

    private static func names(_ pairs: [UInt64]) -> [UInt32] {
        var names = pairs.map { UInt32($0 >> 32) } + pairs.map { UInt32(truncatingIfNeeded: $0) }
        names.sort()
        names.removeRepeated()
        return names
    }

    private static func number(of name: UInt32, _ names: [UInt32]) -> Int {
        var (low, high) = (0, names.count)
        while low < high {
            let middle = (low + high) / 2
            if names[middle] < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func pair(_ line: Slice<UnsafeRawBufferPointer>) -> (UInt32, UInt32)? {
        let fields = line.split { $0 <= 0x20 || $0 == UInt8(ascii: ",") }
        guard fields.count == 2, let first = number(fields[0]), let second = number(fields[1]) else { return nil }
        return (first, second)
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> UInt32? {
        var value: UInt64 = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            value = value * 10 + UInt64(digit - UInt8(ascii: "0"))
            guard value <= UInt32.max else { return nil }
        }
        return UInt32(value)
    }
}
