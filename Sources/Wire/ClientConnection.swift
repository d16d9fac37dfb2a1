internal import NIOCore

/// The client's end of one connection: handshake, frames both ways, pings while it is quiet.
final class ClientConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase { case hello, introduction, open, closed }

    let channel: any Channel
    /// The largest frame that both sides take; known once the connection is established.
    private(set) var frameBytesMax = 0
    private let core: ClientCore
    private var context: ChannelHandlerContext?
    private var phase = Phase.hello
    private var peer: Hello?
    private var reader: FrameReader
    /// Why the connection ends, if this side or the peer has said so.
    private var reason: WireError?
    private var lastHeard = NIODeadline.now()
    private var hasPinged = false

    init(core: ClientCore, channel: any Channel) {
        self.core = core
        self.channel = channel
        reader = FrameReader(frameBytesMax: core.limits.frameBytes)
    }

    /// Writes without a flush.
    func write(_ frame: Frame) {
        guard let context else { return }
        frame.encode(allocator: channel.allocator) { context.write(wrapOutboundOut($0), promise: nil) }
    }

    func flush() { context?.flush() }

    // MARK: Channel events

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        context.writeAndFlush(wrapOutboundOut(Hello(limits: core.limits).encoded), promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(Int64(core.limits.handshakeMilliseconds))) {
            guard self.phase == .hello || self.phase == .introduction else { return }
            self.fail(WireError(.temporary, "no handshake within the time limit"))
        }
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase != .closed, reason == nil else { return }
        lastHeard = .now()
        hasPinged = false
        reader.append(unwrapInboundIn(data))
        do throws(WireError) {
            if phase == .hello, let answer = try reader.nextHello() { try greet(answer) }
            while phase == .open || phase == .introduction, reason == nil, let frame = try reader.next() {
                try handle(frame)
            }
        } catch {
            fail(error)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { core.releaseFinished() }

    func channelInactive(context: ChannelHandlerContext) {
        if phase != .closed {
            phase = .closed
            self.context = nil
            core.lost(lossReason)
        }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(WireError(.temporary, "\(core.address): \(error)"))
    }

    // MARK: Frames

    private func greet(_ answer: Hello) throws(WireError) {
        guard answer.errorCode == 0, answer.chosen != 0 else {
            let code = WireError.Code(rawValue: answer.errorCode)
            guard code == .unsupportedVersion else {
                throw WireError(code, "the server at \(core.address) refuses the connection")
            }
            throw WireError(
                .unsupportedVersion,
                "\(core.address) (\(answer.release)) speaks versions \(answer.lowest) to \(answer.highest), this program "
                    + "(\(WireIdentity.release)) \(Hello.lowestVersion) to \(Hello.highestVersion)")
        }
        guard (Hello.lowestVersion...Hello.highestVersion).contains(answer.chosen) else {
            throw WireError(.unsupportedVersion, "\(core.address) has chosen version \(answer.chosen)")
        }
        frameBytesMax = min(core.limits.frameBytes, Int(answer.frameBytes))
        peer = answer
        guard !core.protocols.isEmpty, answer.chosen >= 2 else { return try begin(answer, introduction: nil) }
        phase = .introduction
        write(
            Frame(
                kind: .request, code: Introduction.method.rawValue, id: Introduction.requestID,
                control: Introduction(core.protocols).encoded))
        flush()
    }

    private func begin(_ peer: Hello, introduction: Introduction?) throws(WireError) {
        let versions = try Introduction.agree(
            core.protocols, with: introduction, peer: "\(core.address)", release: peer.release)
        phase = .open
        watchSilence()
        core.established(self, peer: peer, versions: versions)
    }

    private func handle(_ frame: Frame) throws(WireError) {
        switch frame.kind {
        case .response where phase == .introduction:
            guard frame.id == Introduction.requestID, let peer else {
                throw WireError(.invalid, "an answer before the introduction")
            }
            try begin(peer, introduction: Introduction(decoding: frame.control))
        case .response:
            core.finish(frame.id, .success(WireResponse(control: frame.control, payload: frame.payload)))
        case .error:
            if frame.id == 0 { throw frame.error }
            core.finish(frame.id, .failure(frame.error))
        case .ping:
            write(Frame(kind: .pong, id: frame.id))
            flush()
        case .pong:
            break
        case .request:
            throw WireError(.invalid, "a server sent a request")
        }
    }

    // MARK: Ends

    private func fail(_ error: WireError) {
        if reason == nil { reason = error }
        channel.close(promise: nil)
    }

    /// What callers are told while there is no connection: only what stays true until somebody acts is more than
    /// temporary.
    private var lossReason: WireError {
        guard let reason else { return WireError(.temporary, "\(core.address) has closed the connection") }
        return reason.code == .unsupportedVersion ? reason : WireError(.temporary, reason.description)
    }

    // MARK: Silence

    private func watchSilence() {
        guard phase == .open, let context else { return }
        let limit = TimeAmount.milliseconds(Int64(core.limits.quietMilliseconds))
        if lastHeard + limit <= .now() {
            if hasPinged {
                fail(WireError(.temporary, "\(core.address) does not answer"))
                return
            }
            hasPinged = true
            write(Frame(kind: .ping, id: 0))
            flush()
        }
        let next = hasPinged ? .now() + limit : lastHeard + limit
        context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.watchSilence() }
    }
}
