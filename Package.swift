// swift-tools-version: 6.2
import PackageDescription

/// Every target of ours: Swift 6 mode, warnings as errors, and imports that say what leaks into an interface.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .treatAllWarnings(as: .error),
]

func product(_ name: String, _ package: String) -> Target.Dependency { .product(name: name, package: package) }

let argumentParser = product("ArgumentParser", "swift-argument-parser")
let atomics = product("Atomics", "swift-atomics")
let basicContainers = product("DequeModule", "swift-collections")
let logging = product("Logging", "swift-log")
let metrics = product("Metrics", "swift-metrics")
let coreMetrics = product("CoreMetrics", "swift-metrics")
let configuration = product("Configuration", "swift-configuration")
let instrumentation = product("Instrumentation", "swift-distributed-tracing")
let lifecycle = product("ServiceLifecycle", "swift-service-lifecycle")
let protobuf = product("SwiftProtobuf", "swift-protobuf")
let nioCore = product("NIOCore", "swift-nio")
let nioPosix = product("NIOPosix", "swift-nio")
let nioHTTP1 = product("NIOHTTP1", "swift-nio")
let nioWebSocket = product("NIOWebSocket", "swift-nio")
let httpTypes = product("NIOHTTPTypes", "swift-nio-extras")
let httpTypesHTTP1 = product("NIOHTTPTypesHTTP1", "swift-nio-extras")
let histogram = product("Histogram", "hdrhistogram-swift")

func library(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: strict)
}

func executable(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + [argumentParser, "Settings", "Assembly"],
        path: "Sources/Executables/\(name)", swiftSettings: strict)
}

func benchmark(_ name: String, _ folder: String, _ dependencies: [Target.Dependency]) -> Target {
    .executableTarget(
        name: name, dependencies: dependencies + [argumentParser, "Measuring"], path: "Benchmarks/\(folder)",
        swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], resources: [Resource] = []) -> Target {
    .testTarget(name: name, dependencies: dependencies, resources: resources, swiftSettings: strict)
}

let package = Package(
    name: "statuscast",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/apple/swift-protobuf", from: "1.39.0"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/HdrHistogram/hdrhistogram-swift", from: "0.2.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // Libraries: one idea each.
        .systemLibrary(name: "CZlib", path: "Sources/CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .target(name: "CLinux", path: "Sources/CLinux"),
        library("DurableFiles", ["CLinux", "CZlib"]),
        library("SystemClock", []),
        library("StatuscastModel", ["HashRing"]),
        library("HashRing", []),
        library("World", ["CZlib", product("Crypto", "swift-crypto")]),
        library("SegmentLog", ["DurableFiles", basicContainers]),
        library("Queue", ["SegmentLog", "HashRing", "DurableFiles", "SystemClock", basicContainers]),
        library("Wire", [nioCore, nioPosix, basicContainers]),
        library("QueueCluster", ["Queue", "Wire", protobuf, nioCore]),
        library("Receipts", ["DurableFiles"]),
        library("Lease", ["DurableFiles", "StatuscastModel", "SystemClock"]),
        library("DeadLetters", ["DurableFiles"]),
        library("Mailbox", ["DurableFiles", "CLinux"]),
        library("SocialGraph", ["StatuscastModel", "HashRing", "Queue", "DurableFiles", "SystemClock", logging]),
        library(
            "CanonicalStore",
            [
                "StatuscastModel", "DurableFiles", product("GRDB", "GRDB.swift"), product("Crypto", "swift-crypto"),
                product("CryptoExtras", "swift-crypto"),
            ]),
        library("Peers", ["StatuscastModel", "DurableFiles", "Wire", "Lease", protobuf, nioCore]),
        library("Traces", ["StatuscastModel", instrumentation, logging]),
        library("Telemetry", ["Traces", logging, coreMetrics]),
        library("OperatorEndpoint", [logging, lifecycle, nioCore, product("Hummingbird", "hummingbird")]),
        library(
            "Settings",
            ["DurableFiles", "HashRing", "StatuscastModel", argumentParser, configuration, product("Yams", "Yams")]),

        // Roles: one library each; none imports another.
        library(
            "Receive",
            [
                "StatuscastModel", "HashRing", "Queue", "SocialGraph", "Mailbox", "Lease", "DeadLetters", "Receipts",
                "DurableFiles", "Traces",
                "SystemClock", logging, metrics, lifecycle,
            ]),
        library(
            "Store",
            [
                "StatuscastModel", "DeadLetters", "HashRing", "DurableFiles", "Queue", "CanonicalStore",
                "Lease", "Peers", "Traces",
                "Wire", "SystemClock", logging, metrics, lifecycle, nioCore,
            ]),
        library(
            "Deliver",
            [
                "StatuscastModel", "DeadLetters", "Receipts", "HashRing", "DurableFiles", "Queue", "SocialGraph",
                "Mailbox", "Lease",
                "Peers", "Wire", "SystemClock", "Traces", basicContainers, logging,
                coreMetrics, lifecycle, nioCore,
            ]),
        library(
            "API",
            [
                "Receipts", "StatuscastModel", "HashRing", "DurableFiles", "Queue", "Mailbox", "Lease", "Peers", "Wire",
                "SystemClock", "Traces", instrumentation,
                logging, metrics,
                lifecycle, nioCore, nioHTTP1, nioWebSocket, httpTypes, httpTypesHTTP1, protobuf,
                product("Hummingbird", "hummingbird"), product("HummingbirdCore", "hummingbird"),
                product("Crypto", "swift-crypto"), product("Mustache", "swift-mustache"),
                product("NIOSSL", "swift-nio-ssl"),
            ]),

        // The operator's commands: no role in it, a folder for each subject.
        library(
            "Operate",
            [
                "StatuscastModel", "DeadLetters", "Receipts", "SystemClock", "Queue", "QueueCluster",
                "DurableFiles", "HashRing", "Lease", "Mailbox", "Peers", "Settings", "Telemetry", "Wire", "World",
                argumentParser, protobuf, nioCore, nioPosix,
            ]),

        // Load: drives a running system from outside, writes down what was promised, and checks it.
        library("Ledger", ["DurableFiles"]),
        library("LoadReport", [histogram]),
        library(
            "Load",
            [
                "Ledger", "LoadReport", "DurableFiles", "HashRing", "Lease", "Queue", "StatuscastModel", "SystemClock",
                "World", basicContainers, histogram, nioCore, nioPosix,
            ]),
        library(
            "LoadCommands",
            [
                "Load", "Ledger", "LoadReport", "Operate", "DurableFiles", "Queue", "QueueCluster", "Settings",
                "SystemClock",
                "Wire", "World", argumentParser, nioPosix,
            ]),

        // Assembly: turns settings into running roles; the only place that knows them all.
        library(
            "Assembly",
            [
                "Settings", "StatuscastModel", "Queue", "QueueCluster", "Wire", "SegmentLog", "CanonicalStore",
                "Receive",
                "Store", "Deliver",
                "API", "Telemetry", "OperatorEndpoint", "DurableFiles", metrics, lifecycle,
                product(
                    "UnixSignals",
                    "swift-service-lifecycle"), logging, nioCore,
                nioPosix,
            ]),
        executable("statuscast", ["StatuscastModel", "Operate", lifecycle]),
        executable("statuscast-queue", []),
        executable("statuscast-receive", []),
        executable("statuscast-store", []),
        executable("statuscast-deliver", []),
        executable("statuscast-route", []),
        executable("statuscast-api", []),
        executable("statuscast-load", ["LoadCommands", "Operate"]),

        // Benchmarks: plain executables, run by `make bench` and `make compare`; what they share is a library.
        .target(
            name: "Measuring",
            dependencies: [
                "Assembly", "HashRing", "Mailbox", "Queue", "QueueCluster", "SegmentLog", "Settings", "StatuscastModel",
                "Wire",
                nioCore, nioPosix, product("Crypto", "swift-crypto"),
            ], path: "Benchmarks/Measuring", swiftSettings: strict),
        benchmark("floors-benchmark", "Floors", ["Assembly", "Load", "Settings", "StatuscastModel"]),
        benchmark(
            "parts-benchmark", "Parts",
            [
                "API", "CLinux", "DurableFiles", "HashRing", "Mailbox", "Queue", "SegmentLog", "SocialGraph",
                "StatuscastModel",
            ]),
        benchmark(
            "compare-benchmark", "Compare",
            [
                "HashRing", "Load", "Queue", "SegmentLog", "Settings", "StatuscastModel", nioCore, nioPosix,
                product("GRDBSQLite", "GRDB.swift"),
            ]),
        .executableTarget(
            name: "graph-benchmark", dependencies: ["DurableFiles", "HashRing", "SocialGraph", "StatuscastModel"],
            path: "Benchmarks/Graph", swiftSettings: strict),

        // Tests: one target a library, conformance suites, integration with the real executables.
        .target(name: "FaultyFiles", dependencies: ["DurableFiles"], path: "Tests/FaultyFiles", swiftSettings: strict),
        .target(
            name: "QueueConformance", dependencies: ["Queue", "HashRing"], path: "Tests/QueueConformance",
            swiftSettings: strict),
        tests(
            "APITests",
            [
                "API", "Receipts", "StatuscastModel", "HashRing", "Queue", "Mailbox", "Lease", "Peers",
                "Wire", "DurableFiles", "SystemClock",
                logging, lifecycle, nioCore, nioPosix, nioWebSocket, httpTypes, protobuf,
                product("Hummingbird", "hummingbird"), product("NIOEmbedded", "swift-nio"),
            ]),
        tests("AssemblyTests", ["Assembly", "Queue", "Settings", "StatuscastModel"]),
        tests(
            "CanonicalStoreTests",
            [
                "CanonicalStore", "StatuscastModel", "DurableFiles",
                product(
                    "GRDB",
                    "GRDB.swift"),
            ]),
        tests("DeadLettersTests", ["DeadLetters", "DurableFiles", "FaultyFiles"]),
        tests(
            "DeliverTests",
            [
                "Deliver", "DeadLetters", "Receipts", "StatuscastModel", "HashRing", "DurableFiles",
                "Queue", "SocialGraph", "Mailbox",
                "Lease", "Peers", "Wire", logging, lifecycle, nioCore, nioPosix,
            ]),
        tests("DurableFilesTests", ["DurableFiles", "FaultyFiles"]),
        tests("HashRingTests", ["HashRing"]),
        tests("LedgerTests", ["Ledger", "Mailbox"]),
        tests("LoadReportTests", ["LoadReport"]),
        tests(
            "LoadTests",
            [
                "Load", "Ledger", "LoadReport", "DurableFiles", "World", nioCore, nioPosix,
                product("NIOEmbedded", "swift-nio"),
            ]),
        tests("LeaseTests", ["Lease", "DurableFiles", "StatuscastModel", "SystemClock"]),
        tests("MailboxTests", ["Mailbox", "DurableFiles"]),
        tests(
            "OperateTests",
            [
                "Operate", "DeadLetters", "HashRing", "Queue", "StatuscastModel", "Mailbox", "Peers",
                "Settings", "DurableFiles", argumentParser,
            ]),
        tests("PeersTests", ["Peers", protobuf, "StatuscastModel", "Lease", "Wire", nioCore, nioPosix]),
        tests(
            "QueueClusterTests",
            [
                "QueueCluster", "Queue", "SegmentLog", "QueueConformance", "HashRing", "Wire",
                nioCore, nioPosix,
            ]),
        tests("QueueTests", ["Queue", "QueueConformance", "SegmentLog", "HashRing", "DurableFiles"]),
        tests("ReceiptsTests", ["Receipts", "DurableFiles"]),
        tests(
            "ReceiveTests",
            [
                "Receive", "DeadLetters", "Receipts", "SocialGraph", "StatuscastModel", "HashRing",
                "Queue", "Mailbox", "Lease",
                "DurableFiles", logging, lifecycle,
            ]),
        tests("SegmentLogTests", ["SegmentLog", "DurableFiles", "FaultyFiles"]),
        tests("SettingsTests", ["Settings", "StatuscastModel", "DurableFiles", "HashRing", argumentParser, logging]),
        tests(
            "SocialGraphTests",
            ["SocialGraph", "StatuscastModel", "HashRing", "Queue", "DurableFiles", "FaultyFiles", logging]),
        tests("StatuscastModelTests", ["StatuscastModel", "HashRing"]),
        tests(
            "StoreTests",
            [
                "Store", "DeadLetters", protobuf, "CanonicalStore", "StatuscastModel", "HashRing",
                "Queue", "Lease", "Peers", "Wire",
                "DurableFiles", "SystemClock", logging, lifecycle, nioCore, nioPosix, product("GRDB", "GRDB.swift"),
            ]),
        tests(
            "FuzzTests",
            [
                "StatuscastModel", "HashRing", "DurableFiles", "FaultyFiles", "SegmentLog", "Queue",
                "QueueCluster",
                "Mailbox", "Lease", "Peers", "Wire", "API", "Store", "Deliver", "CanonicalStore", protobuf, logging,
                lifecycle, nioCore,
                nioPosix,
            ]),
        tests("TelemetryTests", ["Telemetry", "Traces", "StatuscastModel", coreMetrics, instrumentation, logging]),
        tests("TracesTests", ["Traces", "StatuscastModel", instrumentation, logging]),
        tests("WorldTests", ["World"]),
        tests("WireTests", ["Wire", nioCore, nioPosix]),
        .testTarget(
            name: "IntegrationTests",
            dependencies: [
                "statuscast", "statuscast-queue", "statuscast-receive", "statuscast-store", "statuscast-deliver",
                "statuscast-route", "statuscast-api", "statuscast-load", "HashRing", "Queue", "Telemetry",
                "QueueCluster", "Settings", "StatuscastModel", "Wire", nioPosix,
            ],
            exclude: [
                "Support/check_mailboxes.py", "Support/oauth_journey.py", "Support/stream_clients.py",
            ], swiftSettings: strict),
    ]
)
