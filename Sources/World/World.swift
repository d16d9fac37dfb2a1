internal import Foundation

/// A world in a folder: who there is, who follows whom. It follows from the parameters in `world.json`, or came from an
/// edge list; `docs/formats/world.md`.
///
/// Accounts are numbers from 0. All calls may come from many threads at once; rows are read from mapped files.
public struct World: Sendable {
    /// `world.json`: written last, so that a folder with it is whole.
    public struct Description: Codable, Sendable, Hashable {
        static let version = 1

        public var version: Int
        public var parameters: WorldParameters
        /// Of the numbers of followers.
        public var followers: WorldFigures
        /// Of the numbers of followings.
        public var following: WorldFigures
        /// What the distribution says of the numbers of followers.
        public var stated: StatedFigures
    }

    public let folder: String
    public let description: Description
    private let followerRows: EdgeFile
    private let followingRows: EdgeFile

    /// Throws `.failed` where there is no world, `.corrupt`, `.unsupportedVersion`.
    public init(folder: String) throws(WorldError) {
        self.folder = folder
        let bytes = try WorldFiles.read(folder + "/world.json")
        do {
            description = try JSONDecoder().decode(Description.self, from: bytes)
        } catch {
            throw WorldError(.corrupt, "\(folder)/world.json cannot be read: \(error)")
        }
        guard description.version == Description.version else {
            throw WorldError(
                .unsupportedVersion, "\(folder)/world.json has version \(description.version); make the world anew")
        }
        followerRows = try EdgeFile(path: folder + "/followers.edges")
        followingRows = try EdgeFile(path: folder + "/following.edges")
        let accounts = description.parameters.accounts
        guard followerRows.rows == accounts, followingRows.rows == accounts, followerRows.edges == followingRows.edges
        else { throw WorldError(.corrupt, "\(folder): the files do not belong together") }
    }

    public var accounts: Int { description.parameters.accounts }
    public var edges: Int { followerRows.edges }
    public var names: AccountNames { AccountNames(prefix: description.parameters.namePrefix) }

    /// Who follows an account, ascending; replaces what `row` holds. Throws `.corrupt`.
    public func followers(of account: Int, into row: inout [UInt32]) throws(WorldError) {
        try followerRows.read(account, into: &row)
    }

    /// Whom an account follows, ascending; replaces what `row` holds. Throws `.corrupt`.
    public func following(of account: Int, into row: inout [UInt32]) throws(WorldError) {
        try followingRows.read(account, into: &row)
    }

    public func followers(of account: Int) throws(WorldError) -> [UInt32] {
        var row: [UInt32] = []
        try followers(of: account, into: &row)
        return row
    }

    public func following(of account: Int) throws(WorldError) -> [UInt32] {
        var row: [UInt32] = []
        try following(of: account, into: &row)
        return row
    }

    /// By account.
    public func followerCounts() throws(WorldError) -> [UInt32] {
        var counts: [UInt32] = []
        counts.reserveCapacity(accounts)
        for account in 0..<accounts { counts.append(UInt32(try followerRows.count(of: account))) }
        return counts
    }
}
