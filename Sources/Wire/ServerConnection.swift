internal import NIOCore

/// The server's end of one connection: handshake, requests in, answers out, back-pressure.
///
/// Reading stops while the next request would exceed the outstanding limits, its own or those of the server, or the peer
/// does not take its answers.
final class ServerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase { case hello, open, ending, closed }

    private struct Running {
        var bytes: Int
        var task: Task<Void, Never>?
    }

    private let core: ServerCore
    private let limits: WireLimits
    private let refusal: WireError?
    private let outbox: ServerOutbox
    private var context: ChannelHandlerContext?
    private var phase = Phase.hello
    private var reader: FrameReader
    private var peerFrameBytes = Int.max
    private var running: [UInt64: Running] = [:]
    private var runningBytes = 0
    private var heldRequest: Frame?
    /// Of the server's room, what running requests and the next frame have.
    private var roomBytes = 0
    private var hasRoomForNext = false
    private var isWaitingForRoom = false
    private var isReadWanted = false
    private var isFlushWanted = false
    private var isDraining = false
    private var lastHeard = NIODeadline.now()
    /// Whether requests are being handed out just now, so that answers may be written without a flush of their own.
    private(set) var isProcessing = false

    init(core: ServerCore, limits: WireLimits, refusal: WireError?, outbox: ServerOutbox) {
        self.core = core
        self.limits = limits
        self.refusal = refusal
        self.outbox = outbox
        reader = FrameReader(frameBytesMax: limits.frameBytes)
    }

    // MARK: Channel events

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        outbox.attach(self)
        if context.channel.isActive { watchHandshake(context) }
    }

    func channelActive(context: ChannelHandlerContext) {
        watchHandshake(context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard phase == .hello || phase == .open else { return }
        lastHeard = .now()
        reader.append(unwrapInboundIn(data))
        process(context)
    }

    func channelReadComplete(context: ChannelHandlerContext) { flushIfWanted(context) }

    func read(context: ChannelHandlerContext) {
        if isHeldUp || !context.channel.isWritable {
            isReadWanted = true
        } else {
            context.read()
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        resumeReading(context)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        end(context)
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end(context) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    // MARK: Requests

    private func process(_ context: ChannelHandlerContext) {
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        do throws(WireError) {
            if phase == .hello { try greet(context) }
            while phase == .open, try claimRoom() {
                let held = heldRequest
                heldRequest = nil
                guard let frame = if let held { held } else { try reader.next() } else { break }
                if frame.kind == .request, isFull(with: frame) {
                    heldRequest = frame
                    break
                }
                try handle(frame, context)
            }
        } catch {
            fail(error, context)
        }
    }

    private func greet(_ context: ChannelHandlerContext) throws(WireError) {
        guard let offer = try reader.nextHello() else { return }
        var answer = Hello(limits: limits)
        let version = answer.version(with: offer)
        answer.chosen = refusal == nil ? version ?? 0 : 0
        answer.errorCode = (version == nil ? WireError.Code.unsupportedVersion : refusal?.code)?.rawValue ?? 0
        context.write(wrapOutboundOut(answer.encoded), promise: nil)
        isFlushWanted = true
        peerFrameBytes = max(Int(offer.frameBytes), Frame.headerBytes + Frame.messageBytesMax)
        if answer.chosen == 0 { closeGently(context) } else { phase = .open }
    }

    /// False while the server has no room for the next frame.
    private func claimRoom() throws(WireError) -> Bool {
        if isWaitingForRoom { return false }
        guard !hasRoomForNext, let bytes = try reader.nextBytes() else { return true }
        hasRoomForNext = core.room.claim(bytes, outbox)
        if hasRoomForNext { roomBytes += bytes } else { isWaitingForRoom = true }
        return hasRoomForNext
    }

    /// The room that was waited for.
    func take(room bytes: Int) {
        roomBytes += bytes
        hasRoomForNext = true
        isWaitingForRoom = false
        guard let context else { return }
        process(context)
        flushIfWanted(context)
        resumeReading(context)
    }

    private func release(_ bytes: Int) {
        roomBytes -= bytes
        core.room.release(bytes)
    }

    /// Whether something that has come already has to wait.
    private var isHeldUp: Bool { heldRequest != nil || isWaitingForRoom }

    private func isFull(with frame: Frame) -> Bool {
        guard !running.isEmpty else { return false }
        return running.count >= limits.outstandingRequests || runningBytes + frame.bytes > limits.outstandingBytes
    }

    private func handle(_ frame: Frame, _ context: ChannelHandlerContext) throws(WireError) {
        // From here on the room belongs to what the frame has become.
        hasRoomForNext = false
        switch frame.kind {
        case .request where frame.code == Introduction.method.rawValue:
            _ = try Introduction(decoding: frame.control)
            let own = Introduction(core.handler.protocols)
            write(Frame(kind: .response, id: frame.id, control: own.encoded), context)
            release(frame.bytes)
        case .request:
            guard running.updateValue(Running(bytes: frame.bytes), forKey: frame.id) == nil else {
                throw WireError(.invalid, "request id \(frame.id) is in use")
            }
            runningBytes += frame.bytes
            let reply = WireReply(id: frame.id, outbox: outbox)
            if isDraining {
                reply.fail(WireError(.temporary, "the server is stopping"))
                return
            }
            let request = WireRequest(
                method: WireMethod(rawValue: frame.code), control: frame.control, payload: frame.payload,
                deadlineMilliseconds: frame.deadlineMilliseconds)
            core.handler.handle(request, reply: reply)
        case .ping:
            write(Frame(kind: .pong, id: frame.id), context)
            release(frame.bytes)
        case .pong:
            release(frame.bytes)
        case .response, .error:
            throw WireError(.invalid, "a client sent an answer")
        }
    }

    // MARK: Answers

    /// Answers from other places than `handle`: written together, flushed once.
    func answer(_ answers: [(id: UInt64, result: Result<WireResponse, WireError>)]) {
        guard let context else { return }
        for (id, result) in answers { answer(id, result) }
        if heldRequest != nil { process(context) }
        flushIfWanted(context)
        resumeReading(context)
    }

    func answer(_ id: UInt64, _ result: Result<WireResponse, WireError>) {
        guard let context, let entry = running.removeValue(forKey: id) else { return }
        runningBytes -= entry.bytes
        release(entry.bytes)
        guard phase == .open else { return }
        write(frame(for: id, result), context)
        if isDraining, running.isEmpty { closeGently(context) }
    }

    func adopt(_ task: Task<Void, Never>, id: UInt64) { running[id]?.task = task }

    private func frame(for id: UInt64, _ result: Result<WireResponse, WireError>) -> Frame {
        switch result {
        case .success(let response):
            let bytes = Frame.size(control: response.control, payload: response.payload)
            guard bytes <= min(peerFrameBytes, Int(UInt32.max)) else {
                return .error(
                    WireError(.tooLarge, "an answer of \(bytes) bytes, the caller takes \(peerFrameBytes)"), id: id)
            }
            return Frame(kind: .response, id: id, control: response.control, payload: response.payload)
        case .failure(let error):
            return .error(error, id: id)
        }
    }

    private func write(_ frame: Frame, _ context: ChannelHandlerContext) {
        frame.encode(allocator: context.channel.allocator) { context.write(wrapOutboundOut($0), promise: nil) }
        isFlushWanted = true
    }

    private func flushIfWanted(_ context: ChannelHandlerContext) {
        guard isFlushWanted else { return }
        isFlushWanted = false
        context.flush()
    }

    private func resumeReading(_ context: ChannelHandlerContext) {
        guard isReadWanted, !isHeldUp, context.channel.isWritable else { return }
        isReadWanted = false
        // What the peer has said meanwhile was not heard: its silence counts from now.
        lastHeard = .now()
        context.read()
    }

    // MARK: Ends

    func drain() {
        guard let context, !isDraining else { return }
        isDraining = true
        if running.isEmpty { closeGently(context) }
    }

    /// Tells the peer what was wrong with what it sent.
    private func fail(_ error: WireError, _ context: ChannelHandlerContext) {
        if phase == .hello {
            var answer = Hello(limits: limits)
            answer.errorCode = error.code.rawValue
            context.write(wrapOutboundOut(answer.encoded), promise: nil)
        } else {
            write(.error(error, id: 0), context)
        }
        closeGently(context)
    }

    /// Closes in a way that lets the peer read what was written: closing with unread bytes would reset the connection.
    private func closeGently(_ context: ChannelHandlerContext) {
        guard phase == .hello || phase == .open else { return }
        phase = .ending
        heldRequest = nil
        isWaitingForRoom = false
        isFlushWanted = false
        context.flush()
        context.close(mode: .output, promise: nil)
        let limit = TimeAmount.milliseconds(Int64(limits.handshakeMilliseconds))
        context.eventLoop.assumeIsolated().scheduleTask(in: limit) { context.close(promise: nil) }
        resumeReading(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        guard phase != .closed else { return }
        phase = .closed
        outbox.detach()
        core.remove(outbox)
        for entry in running.values { entry.task?.cancel() }
        running = [:]
        heldRequest = nil
        // A timer may hold this for a while, but not what has come.
        reader = FrameReader(frameBytesMax: limits.frameBytes)
        core.room.withdraw(outbox)
        release(roomBytes)
        self.context = nil
    }

    // MARK: Silence

    private func watchHandshake(_ context: ChannelHandlerContext) {
        let limit = TimeAmount.milliseconds(Int64(limits.handshakeMilliseconds))
        context.eventLoop.assumeIsolated().scheduleTask(in: limit) {
            if self.phase == .hello {
                context.close(promise: nil)
            } else {
                self.watchSilence(context)
            }
        }
    }

    private func watchSilence(_ context: ChannelHandlerContext) {
        guard phase == .open else { return }
        let limit = TimeAmount.milliseconds(Int64(limits.quietMilliseconds) * 4)
        let isReading = !isHeldUp && !isReadWanted
        if isReading, lastHeard + limit <= .now() {
            context.close(promise: nil)
            return
        }
        let next = isReading ? lastHeard + limit : .now() + limit
        context.eventLoop.assumeIsolated().scheduleTask(deadline: next) { self.watchSilence(context) }
    }
}
