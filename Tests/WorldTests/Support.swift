import Foundation
import World

/// A folder for a test's worlds.
final class Folder {
    let path = NSTemporaryDirectory() + "world-" + UUID().uuidString

    init() throws { try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: path) }
}

/// The numbers of followers and of followings of a world that is made in memory.
func counts(of parameters: WorldParameters) throws -> (followers: [UInt32], following: [UInt32]) {
    let generator = try WorldGenerator(parameters)
    var followers: [UInt32] = []
    var following = [UInt32](repeating: 0, count: parameters.accounts)
    var row: [UInt32] = []
    for account in 0..<parameters.accounts {
        generator.followers(of: account, into: &row)
        followers.append(UInt32(row.count))
        for follower in row { following[Int(follower)] += 1 }
    }
    return (followers, following)
}
