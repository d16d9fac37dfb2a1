public import ArgumentParser
internal import Foundation
public import Logging

/// What every process is told.
public struct DataOptions: ParsableArguments {
    @Option(name: .long, help: "Directory for all data; its parent must exist.")
    public var data: String = "./data"

    @Option(name: .long, help: "Least severe messages to log: trace, debug, info, notice, warning, error, critical.")
    public var logLevel: String = "info"

    public init() {}

    public func validate() throws {
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level \"\(logLevel)\" is no level")
        }
        guard !data.isEmpty else { throw ValidationError("--data needs a directory") }
    }

    public var level: Logger.Level { Logger.Level(rawValue: logLevel) ?? .info }

    /// Absolute, so that sockets and messages mean the same wherever they are read.
    public var directory: DataDirectory {
        let absolute = data.hasPrefix("/") ? data : FileManager.default.currentDirectoryPath + "/" + data
        return DataDirectory(URL(fileURLWithPath: absolute).standardizedFileURL.path)
    }
}

/// Where the queue nodes of a cluster are; for processes that are not queue nodes themselves.
public struct QueueOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            Queue nodes, comma separated: NAME, for one on this machine (its socket is in the data directory), or \
            NAME=ADDRESS with unix:PATH or tcp:HOST:PORT.
            """)
    public var queueNodes: String = "q1"

    public init() {}

    public func validate() throws { _ = try nodes(in: DataDirectory("/")) }

    /// Names and addresses, in the order given.
    public func nodes(in data: DataDirectory) throws -> [(name: String, address: String)] {
        var seen: Set<String> = []
        return try queueNodes.split(separator: ",").map { part in
            let pieces = part.split(separator: "=", maxSplits: 1).map(String.init)
            guard let name = pieces.first, QueueNodeName.isValid(name) else {
                throw ValidationError("--queue-nodes: \"\(part)\" does not begin with a node name (a-z, 0-9, -)")
            }
            guard seen.insert(name).inserted else { throw ValidationError("--queue-nodes names \(name) twice") }
            let address = try pieces.count == 2 ? pieces[1] : SocketName.queue(name).address(in: data)
            return (name, address)
        }
    }
}

/// Which socket a role listens on for its peers.
public struct SocketName: Sendable, Hashable {
    public let name: String

    public static func queue(_ node: String) -> SocketName { SocketName(name: "queue-\(node)") }
    public static func role(_ role: String, instance: String) -> SocketName {
        SocketName(name: instance.isEmpty ? role : "\(role)-\(instance)")
    }

    /// A Unix socket in the data directory, which only this user may enter. Throws where its path would be longer than
    /// the system takes (108 bytes); a port of the loopback would be open to every user of the machine.
    public func address(in data: DataDirectory) throws(SettingsError) -> String {
        let path = data.run + "/\(name).sock"
        guard path.utf8.count < 108 else {
            throw SettingsError(
                "\(path) is too long for a socket (107 bytes at most): use a data directory with a shorter path, or "
                    + "give an address on the command line")
        }
        return "unix:\(path)"
    }
}

/// Where a role that others ask listens for them.
public struct PeerOptions: ParsableArguments {
    @Option(
        name: .long,
        help: """
            unix:PATH or tcp:HOST:PORT on which other processes ask this one; a socket in the data directory by default, \
            which serves one machine. Nobody is authenticated there: only on networks that you trust.
            """)
    public var peerListen: String?

    public init() {}
}

/// What the front is told.
public struct FrontOptions: ParsableArguments {
    @Option(name: .long, help: "HOST:PORT to serve HTTP on; port 0 takes a free one.")
    public var listen: String = "localhost:3000"

    @Option(name: .long, help: "HOST[:PORT] under which clients know this server; the address listened on by default.")
    public var domain: String?

    @Option(name: .long, help: "on or off: limits on requests by account and address.")
    public var rateLimits: OnOff = .on

    public init() {}

    public enum OnOff: String, ExpressibleByArgument, CaseIterable, Sendable {
        case on, off
    }

    public func validate() throws {
        guard hostAndPort != nil else {
            throw ValidationError("--listen \"\(listen)\" is not HOST:PORT, for example 127.0.0.1:3000")
        }
    }

    public var hostAndPort: (host: String, port: Int)? {
        guard let colon = listen.lastIndex(of: ":"), let port = Int(listen[listen.index(after: colon)...]),
            (0...65535).contains(port), colon != listen.startIndex
        else { return nil }
        return (String(listen[..<colon]), port)
    }
}

/// How a queue node shares its disk between its topics.
public struct DiskOptions: ParsableArguments {
    @Option(
        name: .long,
        help: "TOPIC=BYTES, for example deliver.bulk=20GiB: a bound on one topic's files; may be given several times.")
    public var topicQuota: [String] = []

    @Option(
        name: .long,
        help: "Bytes of the disk that less important topics leave to others; 2 % of it by default, 4GiB at most.")
    public var diskReserve: String?

    public init() {}

    public func validate() throws {
        _ = try quotaBytes
        _ = try reserveBytes
    }

    public var quotaBytes: [String: Int] {
        get throws {
            try topicQuota.reduce(into: [:]) { quotas, written in
                let pieces = written.split(separator: "=", maxSplits: 1).map(String.init)
                guard pieces.count == 2, let bytes = ByteCount.parse(pieces[1]) else {
                    throw ValidationError("--topic-quota \"\(written)\" is not TOPIC=BYTES, for example deliver.bulk=20GiB")
                }
                quotas[pieces[0]] = bytes
            }
        }
    }

    public var reserveBytes: Int? {
        get throws {
            guard let diskReserve else { return nil }
            guard let bytes = ByteCount.parse(diskReserve) else {
                throw ValidationError("--disk-reserve \"\(diskReserve)\" is no number of bytes, for example 2GiB")
            }
            return bytes
        }
    }
}

/// A number of bytes as people write it: digits, and KiB, MiB, GiB or TiB behind them where they are many.
public enum ByteCount {
    public static func parse(_ text: String) -> Int? {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        let shifts = ["": 0, "KiB": 10, "MiB": 20, "GiB": 30, "TiB": 40]
        guard let count = Int(digits), let shift = shifts[String(text.dropFirst(digits.count))] else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1 << shift)
        return overflow ? nil : bytes
    }
}
