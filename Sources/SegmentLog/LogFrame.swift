/// Names one stream of frames in a log: a partition and 16 bytes whose meaning is the caller's.
public struct LogStream: Hashable, Sendable, CustomStringConvertible {
    public var partition: UInt16
    public var high: UInt64
    public var low: UInt64

    public init(partition: UInt16, high: UInt64, low: UInt64) {
        self.partition = partition
        self.high = high
        self.low = low
    }

    public var description: String {
        "\(partition)/" + String(high, radix: 16) + "-" + String(low, radix: 16)
    }
}

/// One numbered frame of a stream; its bytes are opaque to the log.
public struct LogFrame: Sendable, Equatable {
    public var stream: LogStream
    public var number: UInt64
    public var bytes: [UInt8]

    public init(stream: LogStream, number: UInt64, bytes: [UInt8]) {
        self.stream = stream
        self.number = number
        self.bytes = bytes
    }
}
