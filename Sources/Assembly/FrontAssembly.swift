internal import API
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
        configuration.secure = settings[Keys.frontHTTPS]
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
        return configuration
    }
}

extension EffectiveSettings {
    var frontLiveValues: FrontLive.Values {
        var values = FrontLive.Values()
        values.rateLimitsEnabled = self[Keys.frontRateLimits]
        values.registrationsOpen = self[Keys.frontSignUp]
        values.publicMetrics = self[Keys.frontPublicMetrics]
        let (requests, deletes) = (self[Keys.frontRequestsLimit], self[Keys.frontDeletesLimit])
        let signUps = self[Keys.frontSignUpsLimit]
        values.rateLimits.requests = requests.count
        values.rateLimits.requestsWindowSeconds = requests.windowSeconds
        values.rateLimits.deletes = deletes.count
        values.rateLimits.deletesWindowSeconds = deletes.windowSeconds
        values.rateLimits.signUps = signUps.count
        values.rateLimits.signUpsWindowSeconds = signUps.windowSeconds
        return values
    }
}
