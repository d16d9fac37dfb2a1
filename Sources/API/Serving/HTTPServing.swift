internal import Hummingbird
internal import HummingbirdCore
internal import NIOCore

/// How connections of clients are served: HTTP/1.1, bounded in what a request may say before it is read.
enum HTTPServing {
    static func server(_ certificate: ServingCertificate?) -> HTTPServerBuilder {
        let limits = HTTP1Channel.Configuration(
            idleTimeout: .seconds(75),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: 16 * 1024, maxHeaderListSize: 32 * 1024, maxHeaderFieldCount: 100))
        guard let certificate else { return .http1(configuration: limits) }
        return HTTPServerBuilder { responder in
            SecuredChannel(base: HTTP1Channel(responder: responder, configuration: limits), certificate: certificate)
        }
    }
}
