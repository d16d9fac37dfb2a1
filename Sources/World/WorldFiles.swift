internal import Foundation

/// Small files of a world.
enum WorldFiles {
    static func code(of error: any Error) -> WorldError.Code {
        let error = error as NSError
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
        let isFull =
            [error, underlying].contains { $0?.domain == NSPOSIXErrorDomain && $0?.code == Int(ENOSPC) }
            || error.code == CocoaError.fileWriteOutOfSpace.rawValue
        return isFull ? .full : .failed
    }

    static func makeFolder(_ path: String) throws(WorldError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw WorldError(code(of: error), "\(path) cannot be made: \(error)")
        }
    }

    static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }

    static func read(_ path: String) throws(WorldError) -> Data {
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw WorldError(.failed, "\(path) cannot be read: \(error)")
        }
    }

    /// Whole or not at all.
    static func write(_ bytes: Data, to path: String, mode: Int = 0o644) throws(WorldError) {
        do {
            let temporary = path + ".new"
            guard
                FileManager.default.createFile(
                    atPath: temporary, contents: nil, attributes: [.posixPermissions: mode]),
                let file = FileHandle(forWritingAtPath: temporary)
            else { throw WorldError(.failed, "\(temporary) cannot be made") }
            try file.write(contentsOf: bytes)
            try file.synchronize()
            try file.close()
            guard rename(temporary, path) == 0 else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
        } catch {
            throw WorldError(code(of: error), "\(path) cannot be written: \(error)")
        }
    }

    static func encode(_ value: some Encodable) throws(WorldError) -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return try encoder.encode(value)
        } catch {
            throw WorldError(.invalid, "\(error)")
        }
    }
}
