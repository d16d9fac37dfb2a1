internal import Foundation

/// Makes the folder of a world.
public enum WorldMaking {
    /// A world from its parameters. `progress` is told by how many accounts it has come further, twice the number of
    /// accounts in all. Throws `.invalid` where the folder holds a world already, `.full`, `.failed`.
    public static func make(
        _ parameters: WorldParameters, in folder: String, progress: @escaping (Int) -> Void = { _ in }
    ) throws(WorldError) -> World {
        let generator = try WorldGenerator(parameters)
        return try make(parameters, in: folder, progress: progress) { write throws(WorldError) in
            var row: [UInt32] = []
            for account in 0..<parameters.accounts {
                generator.followers(of: account, into: &row)
                try write(row)
            }
        }
    }

    /// A world from an edge list: a line for each follow, the follower first.
    public static func make(
        edgeList path: String, seed: UInt64, namePrefix: String, in folder: String,
        progress: @escaping (Int) -> Void = { _ in }
    ) throws(WorldError) -> World {
        let list = try EdgeList(path: path)
        let name = path.split(separator: "/").last.map(String.init) ?? path
        let parameters = try WorldParameters(
            distribution: .edgeList(name: name), seed: seed, accounts: list.accounts, namePrefix: namePrefix)
        return try make(parameters, in: folder, progress: progress, rows: list.forEachRow)
    }

    private static func make(
        _ parameters: WorldParameters, in folder: String, progress: @escaping (Int) -> Void,
        rows: ((([UInt32]) throws(WorldError) -> Void)) throws(WorldError) -> Void
    ) throws(WorldError) -> World {
        guard !WorldFiles.exists(folder + "/world.json") else {
            throw WorldError(.invalid, "\(folder) holds a world already; name another folder")
        }
        try WorldFiles.makeFolder(folder)
        let writer = try EdgeFileWriter(path: folder + "/followers.edges", .followers)
        var counts: [UInt32] = []
        try rows { row throws(WorldError) in
            try writer.append(row)
            counts.append(UInt32(row.count))
            progress(1)
        }
        try writer.finish()
        let followers = try EdgeFile(path: folder + "/followers.edges")
        let following = try Transposition.write(followers, to: folder + "/following.edges", progress: progress)
        let description = World.Description(
            version: World.Description.version, parameters: parameters, followers: WorldFigures(counts: counts),
            following: WorldFigures(counts: following), stated: StatedFigures(of: parameters))
        try WorldFiles.write(WorldFiles.encode(description), to: folder + "/world.json")
        return try World(folder: folder)
    }
}
