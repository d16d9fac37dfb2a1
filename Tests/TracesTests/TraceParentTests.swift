import Instrumentation
import Logging
import StatuscastModel
import Testing
import Traces

struct TraceParentTests {
    static let trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    static let good = "00-\(trace)-00f067aa0ba902b7-01"

    @Test func aGoodHeaderIsTaken() throws {
        let parent = try #require(TraceParent(Self.good))
        #expect(parent.trace.description == Self.trace)
        #expect(parent.parent == 0x00F0_67AA_0BA9_02B7)
        #expect(parent.flags == 1)
        #expect(parent.description == Self.good)
        let next = parent.continued()
        #expect(next.trace == parent.trace && next.flags == 1 && next.parent != parent.parent && next.parent != 0)
    }

    @Test(arguments: ["cc-\(trace)-00f067aa0ba902b7-01", good.replacing("00-4", with: "01-4") + "-more"])
    func aLaterVersionIsReadAsFarAsItIsKnown(header: String) throws {
        #expect(try #require(TraceParent(header)).trace.description == Self.trace)
    }

    @Test(arguments: [
        "", "nonsense", String(good.dropLast()), good + "0", good + "-more", good.uppercased(),
        "ff-\(trace)-00f067aa0ba902b7-01", "0x-\(trace)-00f067aa0ba902b7-01", good + ", " + good,
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-\(trace)-0000000000000000-01",
        "00-\(trace)-00f067aa0ba902b7-0g", "00_\(trace)-00f067aa0ba902b7-01", "00-\(trace)-00f067aa0ba902bé-1",
        "01-\(trace)-00f067aa0ba902b7-01x", "00-\(trace.dropLast())g-00f067aa0ba902b7-01",
    ])
    func aBadHeaderIsIgnoredAndANewTraceBegins(header: String) {
        #expect(TraceParent(header) == nil)
        let (one, other) = (TraceParent.accepted(header), TraceParent.accepted(header))
        #expect(one.trace != other.trace)
        #expect(TraceParent(one.description) == one)
    }

    @Test func theTraceOfATaskIsInItsLogLines() async {
        #expect(TraceMetadata.provider.get() == [:])
        let trace = TraceID.random()
        let inside = await ServiceContext.withTrace(trace) {
            async let child = TraceMetadata.provider.get()
            return await child
        }
        #expect(inside == ["trace_id": "\(trace)"])
        #expect(TraceMetadata.provider.get() == [:])
    }

    @Test func aLineAboutAStatusNamesBoth() {
        let trace = TraceID.random()
        #expect(
            Logger.Metadata.about(trace, status: UInt64(7), ["lane": "bulk"])
                == ["trace_id": "\(trace)", "status": "7", "lane": "bulk"])
        #expect(Logger.Metadata.about(nil, status: UInt64(7)) == ["status": "7"])
    }
}
