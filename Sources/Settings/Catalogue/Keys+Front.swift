/// The front.
extension Keys {
    private static let readers: Set<ProcessKind> = [.api, .up]

    /// The judge reads it where no domain is set.
    public static let frontListen = Key(
        "front.listen", .hostAndPort, HostAndPort(host: "localhost", port: 3000), flag: "--listen",
        readers: [.receive, .api, .up], "Where HTTP is served to clients; port 0 takes a free one.")

    public static let frontHTTPS = Key(
        "front.https", .onOff, false, readers: readers,
        "Whether clients come through TLS, ended by something in front: URLs say https then.")

    public static let frontTLSCertificate = Key<String?>(
        "front.tls_certificate", Kind<String>.text().optional(), nil, sample: "/etc/statuscast/fullchain.pem",
        readers: readers,
        """
        File with a certificate in PEM form and those that lead to a root: HTTPS is served with it, TLS 1.2 and above. \
        Together with front.tls_key. Both files are read again on SIGHUP.
        """)

    public static let frontTLSKey = Key<String?>(
        "front.tls_key", Kind<String>.text().optional(), nil, sample: "/etc/statuscast/privkey.pem", readers: readers,
        "File with the private key of front.tls_certificate, in PEM form; for the service's user alone to read.")

    public static let frontTrustedProxies = Key<[String]>(
        "front.trusted_proxies", .networks, [], sample: "127.0.0.1, 10.0.0.0/8", readers: readers,
        """
        Addresses and networks of proxies whose X-Forwarded-For and X-Forwarded-Proto are believed; of everybody else \
        they are not.
        """)

    public static let frontTitle = Key(
        "front.title", .text(most: 100), "Statuscast", readers: readers, "The server's name, shown by clients.")

    public static let frontDescription = Key(
        "front.description", .text(), "A statuscast server", readers: readers, "What the server says of itself.")

    public static let frontContact = Key(
        "front.contact", .text(most: 320, least: 0), "", sample: "admin@example.org", readers: readers,
        "An e-mail address for people with questions, shown by clients.")

    public static let frontSignUp = Key(
        "front.sign_up", .choice(["open", "approval", "closed"]), "open", readers: readers, isReloadable: true,
        """
        Whether anybody may make an account. With approval an account may do nothing until `statuscast account approve`.
        """)

    public static let frontRateLimits = Key(
        "front.rate_limits", .onOff, true, flag: "--rate-limits", readers: readers.union([.receive]),
        isReloadable: true,
        """
        Limits on requests by account and address; off lifts the four below, and receive.posts_per_minute, for which \
        receive workers take it at their start.
        """)

    public static let frontRequestsLimit = Key(
        "front.requests_limit", .rateLimit, RateLimit(count: 300, windowSeconds: 300), readers: readers,
        isReloadable: true, "All requests, by account; by address where nobody is signed in.")

    public static let frontDeletesLimit = Key(
        "front.deletes_limit", .rateLimit, RateLimit(count: 30, windowSeconds: 1_800), readers: readers,
        isReloadable: true, "Deletes of statuses, by account.")

    public static let frontSignUpsLimit = Key(
        "front.sign_ups_limit", .rateLimit, RateLimit(count: 5, windowSeconds: 1_800), readers: readers,
        isReloadable: true, "New accounts, by address.")

    public static let frontSignInsLimit = Key(
        "front.sign_ins_limit", .rateLimit, RateLimit(count: 20, windowSeconds: 600), readers: readers,
        isReloadable: true, "Attempts to sign in with a password, by the name that was given and by address.")

    public static let frontPublicMetrics = Key(
        "front.public_metrics", .onOff, false, readers: readers, isReloadable: true,
        """
        Whether the public port answers /metrics to everybody. The endpoint of metrics.listen has the same and is not \
        seen by the world.
        """)

    public static let frontPageCache = Key(
        "front.page_cache", .size(1 << 20...1 << 40), 128 << 20, readers: readers, "Memory for finished timeline pages."
    )

    public static let frontStatusCache = Key(
        "front.status_cache", .size(1 << 20...1 << 40), 64 << 20, readers: readers, "Memory for rendered statuses.")

    public static let frontMailboxCache = Key(
        "front.mailbox_cache", .size(1 << 20...1 << 40), 64 << 20, readers: readers,
        "Memory for records read from mailbox files.")

    public static let frontAccountsCached = Key(
        "front.accounts_cached", .integer(1_000...100_000_000), 100_000, readers: readers,
        "Accounts remembered, and as many sign-ins; roughly 1 KiB each.")

    public static let frontWatchedMailboxes = Key(
        "front.watched_mailboxes", .integer(100...10_000_000), 50_000, readers: readers,
        "Mailboxes whose changes a front is told about while their pages are in its cache.")

    public static let frontStreams = Key(
        "front.streams", .integer(1...1_000_000), 15_000, readers: readers,
        "Open streams; each takes a file descriptor.")

    public static let frontStreamsEach = Key(
        "front.streams_each", .integer(1...1_000_000), 64, readers: readers,
        """
        Open streams of one account, or of one address where nobody is signed in; front.rate_limits off lifts it.
        """)

    public static let frontStreamSubscriptions = Key(
        "front.stream_subscriptions", .integer(1...10_000), 32, readers: readers,
        "Subscriptions of one WebSocket connection.")

    public static let frontStreamBuffer = Key(
        "front.stream_buffer", .size(16 << 10...1 << 30), 512 << 10, readers: readers,
        "What may wait to go out to the client of one stream; a stream whose client leaves more is closed.")

    static let front = [
        frontListen.setting, frontHTTPS.setting, frontTLSCertificate.setting, frontTLSKey.setting,
        frontTrustedProxies.setting, frontTitle.setting, frontDescription.setting, frontContact.setting,
        frontSignUp.setting, frontRateLimits.setting, frontRequestsLimit.setting, frontDeletesLimit.setting,
        frontSignUpsLimit.setting, frontSignInsLimit.setting, frontPublicMetrics.setting, frontPageCache.setting,
        frontStatusCache.setting, frontMailboxCache.setting, frontAccountsCached.setting,
        frontWatchedMailboxes.setting, frontStreams.setting, frontStreamsEach.setting,
        frontStreamSubscriptions.setting, frontStreamBuffer.setting,
    ]
}
