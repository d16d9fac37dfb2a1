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
