/// What every process reads, or most.
extension Keys {
    private static let all = Set(ProcessKind.allCases)

    public static let data = Key(
        "data", .text(), "./data", flag: "--data", readers: all,
        "Directory for all data; its parent must exist.")

    public static let domain = Key<String?>(
        "domain", Kind<String>.text(most: 255).optional(), nil, flag: "--domain", sample: "statuscast.example.org",
        readers: [.receive, .api, .up],
        """
        HOST[:PORT] under which clients know this server; part of every URL and Message-ID. Set once: the cluster file \
        keeps it, and another one is refused later. Where nobody has set it, front.listen stands in.
        """)

    public static let instance = Key(
        "instance",
        Kind<String>(
            "at most 32 of a-z, 0-9 and -", parse: { QueueNodeName.isInstance($0) ? $0 : nil }, text: { $0 }),
        "", flag: "--instance", sample: "a", readers: [.receive, .deliver, .api],
        """
        Distinguishes several processes of one kind (and lane) on one data directory. Of one process: set it on its \
        command line or in its environment.
        """)

    public static let logLevel = Key(
        "log.level", .choice(["trace", "debug", "info", "notice", "warning", "error", "critical"]), "info",
        flag: "--log-level", readers: all, isReloadable: true, "Least severe messages to log.")

    public static let logFormat = Key(
        "log.format", .choice(["text", "json"]), "text", flag: "--log-format", readers: all,
        "A line of text for people, or a JSON object a line for machines; on standard error.")

    public static let metricsListen = Key(
        "metrics.listen", Kind<HostAndPort>.hostAndPort.optional(absent: "off"),
        HostAndPort(host: "127.0.0.1", port: 0), flag: "--metrics-listen", readers: all,
        """
        Where a process serves /metrics, /health/live and /health/ready to its operator; port 0 takes a free one, which \
        DATA/run/metrics tells Prometheus. Nobody is authenticated there. A fixed port serves one process only.
        """)

    public static let peerListen = Key<String?>(
        "peer.listen", Kind<String>.peerAddress.optional(), nil, flag: "--peer-listen", sample: "tcp:10.0.0.1:4100",
        readers: [.store, .deliver, .api],
        """
        On which other processes ask this one; a socket in the data directory by default, which serves one machine. \
        Nobody is authenticated there: only on networks that you trust. Port 0 takes a free one.
        """)

    public static let drain = Key(
        "shutdown.drain", .duration(0...600_000), 2_000, readers: [.deliver, .api, .up],
        "How long a stop may still write what is pending and answer what was asked; the rest is left to the next start."
    )

    static let general = [
        data.setting, domain.setting, instance.setting, logLevel.setting, logFormat.setting, metricsListen.setting,
        peerListen.setting, drain.setting,
    ]
}
