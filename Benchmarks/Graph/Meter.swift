import Glibc

/// What the process has used of the machine so far.
enum Meter {
    /// Of all threads.
    static var cpuSeconds: Double {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }

    static var residentMebibytes: Int { status("VmRSS:") }
    static var peakMebibytes: Int { status("VmHWM:") }

    /// The peak starts again from what is resident now.
    static func forgetPeak() {
        guard let file = fopen("/proc/self/clear_refs", "w") else { return }
        fputs("5", file)
        fclose(file)
    }

    static func time(_ body: () throws -> Void) rethrows -> (wall: Double, cpu: Double) {
        let (start, cpu) = (ContinuousClock.now, cpuSeconds)
        try body()
        let wall = (ContinuousClock.now - start).components
        return (Double(wall.seconds) + Double(wall.attoseconds) / 1e18, cpuSeconds - cpu)
    }

    private static func status(_ name: String) -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return 0 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            guard text.hasPrefix(name) else { continue }
            return (Int(text.split(whereSeparator: { !$0.isNumber }).first ?? "") ?? 0) / 1024
        }
        return 0
    }
}
