internal import HummingbirdCore

/// How connections of clients are served: HTTP/1.1, and streams out of it, inside TLS if there is a certificate.
enum HTTPServing {
    static func server(_ certificate: ServingCertificate?, streams: StreamDoor) -> HTTPServerBuilder {
        HTTPServerBuilder { responder in
            let plain = FrontChannel(responder: responder, door: streams)
            guard let certificate else { return plain }
            return SecuredChannel(base: plain, certificate: certificate)
        }
    }
}
