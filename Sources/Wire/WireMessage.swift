public import NIOCore

/// Which operation a request asks for. Numbers are given out by the libraries that define services and never reused.
public struct WireMethod: RawRepresentable, Hashable, Sendable, CustomStringConvertible {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public var description: String { "method 0x" + String(rawValue, radix: 16) }
}

/// A request as it arrived. The buffers share memory with what was read from the socket: copy what is kept for long.
public struct WireRequest: Sendable {
    public let method: WireMethod
    /// The control message, in the method's own encoding.
    public let control: ByteBuffer
    /// Raw bytes that belong to it.
    public let payload: ByteBuffer
    /// How long the caller waits, from when it sent the request; 0 if it waits as long as the connection lives.
    public let deadlineMilliseconds: UInt32

    public init(method: WireMethod, control: ByteBuffer, payload: ByteBuffer, deadlineMilliseconds: UInt32) {
        self.method = method
        self.control = control
        self.payload = payload
        self.deadlineMilliseconds = deadlineMilliseconds
    }
}

/// An answer. The buffers share memory with what was read from the socket: copy what is kept for long.
public struct WireResponse: Sendable {
    public var control: ByteBuffer
    public var payload: ByteBuffer

    public init(control: ByteBuffer = ByteBuffer(), payload: ByteBuffer = ByteBuffer()) {
        self.control = control
        self.payload = payload
    }
}
