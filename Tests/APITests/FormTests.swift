import Foundation
import Testing

@testable import API

/// What stands between forms, proxies and redirects and those who would like to misuse them.
@Suite struct FormTests {
    @Test func aSealIsGoodForItsBrowserItsPurposeAndItsTime() throws {
        let directory = NSTemporaryDirectory() + "form-\(UInt32.random(in: 0...UInt32.max))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let clock = FakeClock()
        let first = FormGuard(key: try FormKey.load(sharedDirectory: directory), now: { clock.milliseconds })
        let second = FormGuard(key: try FormKey.load(sharedDirectory: directory), now: { clock.milliseconds })
        let seal = first.seal(["a", "b"], cookie: "c")
        #expect(second.isGood(seal, ["a", "b"], cookie: "c"))
        #expect(!first.isGood(seal, ["a", "b"], cookie: "d"))
        #expect(!first.isGood(seal, ["a", "b"], cookie: nil))
        #expect(!first.isGood(seal, ["ab", ""], cookie: "c"))
        #expect(!first.isGood("9" + seal, ["a", "b"], cookie: "c"))
        #expect(!first.isGood("", ["a", "b"], cookie: "c"))
        clock.advance(FormGuard.lifetimeSeconds * 1_000 + 1_000)
        #expect(!first.isGood(seal, ["a", "b"], cookie: "c"))
    }

    private func request(_ query: String) throws -> AuthorizationRequest {
        AuthorizationRequest(try RequestParameters.form(query.utf8))
    }

    @Test func redirectsCarryTheOutcomeAndTheState() throws {
        let plain = try request("response_type=code&redirect_uri=app://back&state=a%26b")
        #expect(plain.redirect([("code", "x")]) == "app://back?code=x&state=a%26b")
        let queried = try request("response_type=code&redirect_uri=https://a.example/back?x%3D1")
        #expect(queried.redirect([("error", "no")]) == "https://a.example/back?x=1&error=no")
        #expect(plain.source == "app:" && queried.source == "https://a.example")
        #expect(try request("redirect_uri=https://a.example;script-src/x").source == "https:")
        #expect(try request("redirect_uri=urn:ietf:wg:oauth:2.0:oob").source == nil)
    }

    @Test func onlyS256AnswersAChallenge() throws {
        let challenge = String(repeating: "a", count: 43)
        func fault(_ query: String) throws -> String? { try request("response_type=code&" + query).fault?.code }
        #expect(try fault("") == nil)
        #expect(try fault("code_challenge=\(challenge)&code_challenge_method=S256") == nil)
        #expect(try fault("code_challenge=\(challenge)&code_challenge_method=plain") == "invalid_request")
        #expect(try fault("code_challenge=\(challenge)") == "invalid_request")
        #expect(try fault("code_challenge=short&code_challenge_method=S256") == "invalid_request")
        #expect(try request("response_type=token").fault?.code == "unsupported_response_type")
    }

    @Test(arguments: [
        // Nobody is trusted: what is said is not believed.
        ("", "192.0.2.7", "198.51.100.1", "https", "192.0.2.7", false),
        ("192.0.2.0/24", "192.0.2.7", "198.51.100.1", "https", "198.51.100.1", true),
        // What stands left of the first one who is not trusted is an invention.
        ("192.0.2.0/24", "192.0.2.7", "203.0.113.9, 198.51.100.1, 192.0.2.8", "http", "198.51.100.1", false),
        ("192.0.2.0/24", "192.0.3.7", "198.51.100.1", "https", "192.0.3.7", false),
        ("192.0.2.7", "192.0.2.7", "nonsense", "", "192.0.2.7", false),
        ("::1", "::1", "2001:db8::1", "https", "20:1:d:b8:0:0:0:0", true),
        ("127.0.0.1", "::ffff:127.0.0.1", "198.51.100.1", "", "198.51.100.1", false),
    ])
    func proxiesAreBelievedOnlyIfTheyAreTrusted(
        _ trusted: String, _ peer: String, _ forwarded: String, _ scheme: String, _ network: String, _ secure: Bool
    ) throws {
        let origin = ClientOrigin(
            peer: peer, forwardedFor: forwarded, forwardedProto: scheme.isEmpty ? nil : scheme, isSecure: false,
            trusting: try #require(TrustedProxies(trusted)))
        #expect(origin.network == network && origin.isSecure == secure)
    }

    @Test func listsOfProxiesAreReadStrictly() {
        for bad in ["10.0.0.0/33", "10.0.0", "x", "::/129", "10.0.0.0/-1", "10.0.0.0/8/8"] {
            #expect(TrustedProxies(bad) == nil, "\(bad)")
        }
    }
}
