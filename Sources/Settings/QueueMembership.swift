internal import DurableFiles
internal import Foundation
public import HashRing

/// Which queue nodes the cluster has: what `queue-nodes.json` in the shared directory holds.
public struct QueueMembership: Sendable, Hashable, Codable {
    public enum State: String, Sendable, Hashable, Codable {
        /// Takes new streams according to its weight.
        case active
        /// Takes none; what it has is read until it is drained.
        case draining
    }

    public struct Node: Sendable, Hashable, Codable {
        public var name: String
        /// `unix:PATH` or `tcp:HOST:PORT`; nil for the node's socket in the data directory.
        public var address: String?
        public var weight: Int
        public var state: State

        public init(name: String, address: String? = nil, weight: Int = 1, state: State = .active) {
            self.name = name
            self.address = address
            self.weight = weight
            self.state = state
        }

        /// Where the node is reached from a process with this data directory.
        public func address(in data: DataDirectory) throws(SettingsError) -> String {
            if let address { return address }
            return try SocketName.queue(name).address(in: data)
        }
    }

    public static let newestVersion = 1
    public static let weights = 1...100
    /// One node's place in every poll of every reader: far above what the design is for.
    public static let nodesMax = 100

    public var version = newestVersion
    /// Grows by one with every change.
    public var epoch: Int
    public var nodes: [Node]

    public init(epoch: Int = 1, nodes: [Node]) {
        self.epoch = epoch
        self.nodes = nodes
    }

    public var active: [Node] { nodes.filter { $0.state == .active } }

    /// Which node a partition's new streams open on.
    public var ring: Ring { Ring(nodes: active.map { ($0.name, $0.weight) }) }

    public subscript(name: String) -> Node? { nodes.first { $0.name == name } }

    /// What is wrong with it, if anything.
    var fault: String? {
        if nodes.isEmpty || nodes.count > Self.nodesMax { return "\(nodes.count) nodes" }
        if Set(nodes.map(\.name)).count < nodes.count { return "a node that is named twice" }
        if active.isEmpty { return "no active node" }
        for node in nodes {
            if !QueueNodeName.isValid(node.name) { return "the node name \"\(node.name)\"" }
            if !Self.weights.contains(node.weight) { return "the weight \(node.weight) of \(node.name)" }
        }
        return epoch < 1 ? "the epoch \(epoch)" : nil
    }
}

extension QueueMembership {
    private struct Versioned: Codable { var version: Int }

    /// Checks everything: the bytes may come from anybody who can write the shared directory.
    init(decoding bytes: [UInt8], path: String) throws(SettingsError) {
        let decoder = JSONDecoder()
        guard let versioned = try? decoder.decode(Versioned.self, from: Data(bytes)) else {
            throw SettingsError("\(path) is damaged: it is not the JSON that it should be; restore it from a copy")
        }
        guard versioned.version <= Self.newestVersion else {
            throw SettingsError(
                "\(path) has version \(versioned.version); this program knows \(Self.newestVersion) at most: start a "
                    + "newer release")
        }
        guard let stored = try? decoder.decode(QueueMembership.self, from: Data(bytes)) else {
            throw SettingsError("\(path) is damaged: fields are missing or wrong; restore it from a copy")
        }
        if let fault = stored.fault { throw SettingsError("\(path) holds \(fault), which cannot be") }
        self = stored
    }

    func encoded() throws(SettingsError) -> [UInt8] {
        if let fault { throw SettingsError("the queue nodes cannot be written: \(fault), which cannot be") }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(self) else {
            throw SettingsError("the queue nodes cannot be written as JSON")
        }
        return Array(data) + [UInt8(ascii: "\n")]
    }
}
