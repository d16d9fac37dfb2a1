import HashRing
import Measuring
import Queue
import StatuscastModel
import Synchronization

/// Appends to a queue node in a process of its own and fetches from it, over its socket.
struct QueuePart {
    let executable: String
    let directory: String
    let seconds: Double

    var trials: [Trial] { [(1, 400), (16, 400), (256, 400), (16, 40_000)].map { wire($0.0, $0.1) } }

    private func wire(_ appenders: Int, _ frameBytes: Int) -> Trial {
        let name = "queue: \(appenders) appenders, Unix socket"
        return Trial(
            [
                .init("\(name), append", "frames/s"), .init("\(name), append, p99", "ms"),
                .init("\(name), fetch of all that", "frames/s"),
            ], recordBytes: frameBytes, note: "one node, one copy, fdatasync before each acknowledgement"
        ) {
            try await ScratchDirectory.with(in: directory) { path in
                let node = try await QueueProcess.start(
                    executable: executable, directory: path, listen: "unix:\(path)/q.sock")
                do {
                    let load = QueueLoad(queue: node.queue, frameBytes: frameBytes)
                    let appended = try await load.append(appenders: appenders, seconds: seconds)
                    let fetched = try await load.fetchAll()
                    await node.stop()
                    return [appended.perSecond, appended.p99Milliseconds, fetched]
                } catch {
                    await node.stop()
                    throw error
                }
            }
        }
    }
}
