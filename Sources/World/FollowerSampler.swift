internal import Glibc

/// Draws who follows an account: distinct, never itself, ascending; it follows from the seed and the account alone.
///
/// Who follows many is drawn often: the weights are lognormal, so followings are heavy-tailed as well. About 13 bytes
/// an account.
struct FollowerSampler: Sendable {
    private static let weightSigma = 1.2

    private let seed: UInt64
    private let accounts: Int
    private let table: AliasTable

    init(seed: UInt64, accounts: Int) {
        self.seed = seed
        self.accounts = accounts
        var random = SeededGenerator(seed: seed, .followingWeights)
        table = AliasTable(
            weights: (0..<accounts).map { _ in
                exp(Self.weightSigma * inverseNormal(random.uniform() * 0.999_999_9 + 5e-8))
            })
    }

    /// Replaces what `followers` holds. `count` is below the number of accounts.
    func draw(_ count: Int, of account: Int, into followers: inout [UInt32]) {
        followers.removeAll(keepingCapacity: true)
        var random = SeededGenerator(seed: seed, .followers, of: account)
        if count > accounts / 2 {
            drawMost(count, of: account, &random, into: &followers)
        } else if count > accounts / 64 {
            let chosen = chosen(count, butFor: account) { table.draw(&random) }
            for other in 0..<accounts where chosen[other] { followers.append(UInt32(other)) }
        } else {
            drawFew(count, of: account, &random, into: &followers)
        }
    }

    private func drawFew(
        _ count: Int, of account: Int, _ random: inout SeededGenerator, into followers: inout [UInt32]
    ) {
        while followers.count < count {
            for _ in followers.count..<count {
                let drawn = table.draw(&random)
                if drawn != account { followers.append(UInt32(drawn)) }
            }
            followers.sort()
            followers.removeRepeated()
        }
    }

    /// Everybody but some, who are drawn without regard to weights: whom hardly anybody misses out has no choice.
    private func drawMost(
        _ count: Int, of account: Int, _ random: inout SeededGenerator, into followers: inout [UInt32]
    ) {
        let left = chosen(accounts - 1 - count, butFor: account) { random.index(below: accounts) }
        for other in 0..<accounts where other != account && !left[other] { followers.append(UInt32(other)) }
    }

    private func chosen(_ count: Int, butFor account: Int, _ draw: () -> Int) -> [Bool] {
        var chosen = [Bool](repeating: false, count: accounts)
        var left = count
        while left > 0 {
            let drawn = draw()
            if drawn == account || chosen[drawn] { continue }
            chosen[drawn] = true
            left -= 1
        }
        return chosen
    }
}

extension [UInt32] {
    /// Of equal neighbours one stays.
    mutating func removeRepeated() {
        guard var last = first else { return }
        var kept = 1
        for index in 1..<count where self[index] != last {
            last = self[index]
            self[kept] = last
            kept += 1
        }
        removeLast(count - kept)
    }
}
