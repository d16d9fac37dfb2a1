/// Turns the rows of followers into the rows of followings.
///
/// Goes over the rows once to count, and then once for each band of accounts, so that memory stays bounded: 4 bytes an
/// account and 4 bytes for each of `bandEdges`, or for the account that follows most.
enum Transposition {
    static let bandEdges = 64_000_000

    /// Answers the numbers of followings, by account.
    static func write(
        _ followers: EdgeFile, to path: String, bandEdges: Int = bandEdges, progress: (Int) -> Void
    ) throws(WorldError) -> [UInt32] {
        var counts = [UInt32](repeating: 0, count: followers.rows)
        var row: [UInt32] = []
        for account in 0..<followers.rows {
            try followers.read(account, into: &row)
            for follower in row { counts[Int(follower)] += 1 }
        }
        let writer = try EdgeFileWriter(path: path, .following)
        var start = 0
        while start < counts.count {
            let end = band(from: start, counts, bandEdges)
            var ends: [Int] = []
            var edges = 0
            for account in start..<end {
                ends.append(edges)
                edges += Int(counts[account])
            }
            var band = [UInt32](repeating: 0, count: edges)
            for account in 0..<followers.rows {
                try followers.read(account, into: &row)
                for follower in row[row.firstIndex(notBelow: UInt32(start))...] {
                    guard follower < end else { break }
                    band[ends[Int(follower) - start]] = UInt32(account)
                    ends[Int(follower) - start] += 1
                }
            }
            var from = 0
            for account in start..<end {
                try writer.append(band[from..<ends[account - start]])
                from = ends[account - start]
            }
            progress(end - start)
            start = end
        }
        try writer.finish()
        return counts
    }

    /// At least one account.
    private static func band(from start: Int, _ counts: [UInt32], _ bandEdges: Int) -> Int {
        var (end, edges) = (start, 0)
        while end < counts.count, end == start || edges + Int(counts[end]) <= bandEdges {
            edges += Int(counts[end])
            end += 1
        }
        return end
    }
}

extension [UInt32] {
    /// In ascending numbers.
    fileprivate func firstIndex(notBelow value: UInt32) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if self[middle] < value { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
