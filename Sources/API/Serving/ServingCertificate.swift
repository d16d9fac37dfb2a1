internal import NIOSSL
internal import Synchronization

/// The certificate under which the front serves HTTPS; may be read again while it does. TLS 1.2 and 1.3.
public final class ServingCertificate: Sendable {
    private let certificatePath: String
    private let keyPath: String
    private let held: Mutex<NIOSSLContext>

    /// Blocks on the files, both PEM: the certificate first, then those that lead to a root. Throws what is wrong with
    /// them.
    public init(certificatePath: String, keyPath: String) throws(APIError) {
        self.certificatePath = certificatePath
        self.keyPath = keyPath
        held = Mutex(try ServingCertificate.read(certificatePath, keyPath))
    }

    /// Connections that are made from now on get what the files say now. With a fault everything stays as it is.
    public func reload() throws(APIError) {
        let fresh = try ServingCertificate.read(certificatePath, keyPath)
        held.withLock { $0 = fresh }
    }

    var context: NIOSSLContext { held.withLock { $0 } }

    private static func read(_ certificatePath: String, _ keyPath: String) throws(APIError) -> NIOSSLContext {
        let chain: [NIOSSLCertificate]
        do { chain = try NIOSSLCertificate.fromPEMFile(certificatePath) } catch {
            throw APIError("the certificate \(certificatePath) cannot be read: \(error)")
        }
        guard !chain.isEmpty else { throw APIError("\(certificatePath) holds no certificate in PEM form") }
        let key: NIOSSLPrivateKey
        do { key = try NIOSSLPrivateKey(file: keyPath, format: .pem) } catch {
            throw APIError("the key \(keyPath) cannot be read: \(error)")
        }
        do {
            var configuration = TLSConfiguration.makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
            configuration.minimumTLSVersion = .tlsv12
            configuration.applicationProtocols = ["http/1.1"]
            return try NIOSSLContext(configuration: configuration)
        } catch {
            throw APIError("the certificate \(certificatePath) and the key \(keyPath) do not go together: \(error)")
        }
    }
}
