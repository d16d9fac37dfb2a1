internal import API
internal import Logging
internal import Settings

extension RoleAssembly {
    /// Everything that the settings say of the front.
    func frontConfiguration() throws -> APIConfiguration {
        let listen = settings[Keys.frontListen]
        var configuration = APIConfiguration(
            host: listen.bindHost, port: listen.port, domain: domain, sharedDirectory: data.shared,
            partitions: cluster.partitions, listen: try address("api"))
        configuration.accountsPartitions = cluster.userShards
        configuration.live.values = settings.frontLiveValues
        configuration.certificate = try certificate()
        configuration.secure = settings[Keys.frontHTTPS] || configuration.certificate != nil
        configuration.trustedProxies =
            TrustedProxies(settings[Keys.frontTrustedProxies].joined(separator: ",")) ?? TrustedProxies()
        configuration.release = Release.version
        configuration.title = settings[Keys.frontTitle]
        configuration.description = settings[Keys.frontDescription]
        configuration.contactEmail = settings[Keys.frontContact]
        configuration.drainMilliseconds = settings[Keys.drain]
        configuration.caches.pageBytes = settings[Keys.frontPageCache]
        configuration.caches.fragmentBytes = settings[Keys.frontStatusCache]
        configuration.caches.mailboxRecordBytes = settings[Keys.frontMailboxCache]
        configuration.caches.accounts = settings[Keys.frontAccountsCached]
        configuration.caches.tokens = settings[Keys.frontAccountsCached]
        configuration.caches.watchedMailboxes = settings[Keys.frontWatchedMailboxes]
        configuration.streams.connections = settings[Keys.frontStreams]
        configuration.streams.connectionsEach = settings[Keys.frontStreamsEach]
        configuration.streams.subscriptions = settings[Keys.frontStreamSubscriptions]
        configuration.streams.outgoingBytes = settings[Keys.frontStreamBuffer]
        return configuration
    }

    /// A file or two, seldom: read where it is.
    func reread(_ certificate: ServingCertificate) {
        let logger = process.logger
        process.live.onReload { _ in
            do throws(APIError) {
                try certificate.reload()
            } catch {
                logger.error("the certificate is not reloaded, the old one stays: \(error)")
            }
        }
    }

    /// Throws `ConfigurationFaults` where only one of the two files is named, or they cannot be used.
    private func certificate() throws(ConfigurationFaults) -> ServingCertificate? {
        switch (settings[Keys.frontTLSCertificate], settings[Keys.frontTLSKey]) {
        case (nil, nil): return nil
        case (let certificate?, let key?):
            do throws(APIError) {
                return try ServingCertificate(certificatePath: certificate, keyPath: key)
            } catch {
                throw ConfigurationFaults(
                    settings.origin(of: Keys.frontTLSCertificate.setting).description,
                    "front.tls_certificate: \(error)")
            }
        case (let certificate, _):
            let (given, missing) =
                certificate == nil
                ? (Keys.frontTLSKey, Keys.frontTLSCertificate) : (Keys.frontTLSCertificate, Keys.frontTLSKey)
            throw ConfigurationFaults(
                settings.origin(of: given.setting).description,
                "\(given.name) is set without \(missing.name): HTTPS needs both, or neither where a proxy ends TLS")
        }
    }
}

extension EffectiveSettings {
    var frontLiveValues: FrontLive.Values {
        var values = FrontLive.Values()
        values.rateLimitsEnabled = self[Keys.frontRateLimits]
        values.signUp = SignUpMode(rawValue: self[Keys.frontSignUp]) ?? .closed
        values.publicMetrics = self[Keys.frontPublicMetrics]
        let (requests, deletes) = (self[Keys.frontRequestsLimit], self[Keys.frontDeletesLimit])
        let signUps = self[Keys.frontSignUpsLimit]
        values.rateLimits.requests = requests.count
        values.rateLimits.requestsWindowSeconds = requests.windowSeconds
        values.rateLimits.deletes = deletes.count
        values.rateLimits.deletesWindowSeconds = deletes.windowSeconds
        values.rateLimits.signUps = signUps.count
        values.rateLimits.signUpsWindowSeconds = signUps.windowSeconds
        let signIns = self[Keys.frontSignInsLimit]
        values.rateLimits.signIns = signIns.count
        values.rateLimits.signInsWindowSeconds = signIns.windowSeconds
        return values
    }
}
