internal import Foundation

extension EffectiveSettings {
    /// Absolute, so that sockets and messages mean the same wherever they are read.
    public var directory: DataDirectory {
        let data = self[Keys.data]
        let absolute = data.hasPrefix("/") ? data : FileManager.default.currentDirectoryPath + "/" + data
        return DataDirectory(URL(fileURLWithPath: absolute).standardizedFileURL.path)
    }

    /// Names and addresses of the queue nodes, in the order given.
    public var queueNodes: [(name: String, address: String)] {
        get throws(SettingsError) {
            let directory = directory
            var nodes: [(name: String, address: String)] = []
            for node in self[Keys.queueNodes] {
                if let address = node.address {
                    nodes.append((node.name, address))
                } else {
                    nodes.append((node.name, try SocketName.queue(node.name).address(in: directory)))
                }
            }
            return nodes
        }
    }
}

extension DataOptions {
    /// What these flags and `more` say, the environment of this process, and the file that `--config` names.
    public func sources(_ more: [any SettingFlags] = []) -> SettingsSources {
        SettingsSources(
            flags: given + more.flatMap(\.given), environment: ProcessInfo.processInfo.environment, file: config)
    }
}
