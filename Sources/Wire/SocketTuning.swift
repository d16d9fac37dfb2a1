internal import NIOCore

/// Sizes that matter for the cost of requests of some ten kilobytes.
enum SocketTuning {
    static var receive: AdaptiveRecvByteBufferAllocator {
        AdaptiveRecvByteBufferAllocator(minimum: 2048, initial: 16 << 10, maximum: 256 << 10)
    }
    /// A server stops reading from a peer that leaves this much unread.
    static var waterMark: ChannelOptions.Types.WriteBufferWaterMark { .init(low: 1 << 20, high: 4 << 20) }
}
