// swift-tools-version: 6.2
// The table of contents: one target per stage, in the order in which data flows. A target imports
// only targets that stand above it; scripts/check-imports.py holds this.
import PackageDescription

let package = Package(
    name: "agentwatch",
    products: [.executable(name: "agentwatch", targets: ["agentwatch"])],
    dependencies: [
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.30.0"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
        .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        // What an agent did: events, identities, units of time and money.
        .target(name: "AgentEvents"),
        // SHA-256 and its message authentication code, by the system's libcrypto.
        .systemLibrary(name: "CLibcrypto", providers: [.apt(["libssl-dev"])]),
        .target(name: "Digests", dependencies: ["AgentEvents", "CLibcrypto"]),
        // What a call costs and how large a model's window is, at a given time.
        .target(name: "Pricing", dependencies: ["AgentEvents"]),
        // Follows growing files across rotation and hands on whole lines with their positions.
        .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CZstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "LogTailing", dependencies: ["AgentEvents", "CZlib", "CZstd"]),
        // One line in; an event, or the reason for rejecting it, out.
        .target(name: "CSimdjson", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(name: "EventDecoding", dependencies: ["AgentEvents", "CSimdjson", "Digests"]),
        // Folds the events that share a request id into requests.
        .target(name: "Rollups", dependencies: ["AgentEvents"]),
        // What every store must be able to do, and nothing about how.
        .target(name: "EventStorage", dependencies: ["AgentEvents", "Pricing", "Rollups"]),
        // The store on one machine.
        .target(name: "CSQLiteBatch", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "SQLiteStorage",
            dependencies: [
                "AgentEvents", "Pricing", "Rollups", "EventStorage", "CSQLiteBatch",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            resources: [.embedInCode("../../schema.sql"), .embedInCode("Outgoing/outgoing.sql")]
        ),
        // The store of many machines.
        .target(
            name: "ClickHouseStorage",
            dependencies: [
                "AgentEvents", "Pricing", "Rollups", "EventStorage", "CZlib",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPCompression", package: "swift-nio-extras"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            resources: [.embedInCode("../../schema.clickhouse.sql")]
        ),
        // Answers metric queries; `MetricCatalog` is the only list of metrics.
        .target(name: "MetricsEngine", dependencies: ["AgentEvents", "Rollups", "EventStorage"]),
        // Judges rules against metrics.
        .target(
            name: "Alerting",
            dependencies: ["AgentEvents", "Rollups", "EventStorage", "MetricsEngine"],
            resources: [.embedInCode("../../alerts.json")]
        ),
        // What is asked in words, and what is answered as text and JSON: the same for people, for
        // programs and over HTTP.
        .target(
            name: "Presentation",
            dependencies: [
                "AgentEvents", "EventDecoding", "Rollups", "EventStorage", "MetricsEngine",
                "Alerting",
            ]
        ),
        // When to try again, when to stop trying for a while, and what is not worth a second try.
        .target(name: "Resilience", dependencies: ["AgentEvents"]),
        // Tells people: each delivery of the outbox at least once, over HTTP or through a command.
        .target(
            name: "Notifications",
            dependencies: [
                "AgentEvents", "EventStorage", "Resilience", "Digests",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        // Puts the stages together.
        .target(
            name: "Pipeline",
            dependencies: [
                "AgentEvents", "Pricing", "LogTailing", "EventDecoding", "Rollups", "EventStorage",
                "SQLiteStorage", "ClickHouseStorage", "MetricsEngine", "Alerting", "Presentation",
                "Resilience", "Notifications",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        // The pages of the dashboard and their charts, as pure functions to HTML.
        .target(
            name: "Pages",
            dependencies: [
                "AgentEvents", "Rollups", "EventStorage", "MetricsEngine", "Alerting",
                "Presentation",
            ],
            resources: [
                .embedInCode("Assets/page.css"), .embedInCode("Assets/page.js"),
                .embedInCode("Assets/icon.svg"),
            ]
        ),
        // Answers over HTTP what the command line prints, and takes events.
        .systemLibrary(name: "CMalloc"),
        .target(
            name: "DashboardServer",
            dependencies: [
                "CMalloc", "AgentEvents", "LogTailing", "Rollups", "EventStorage", "MetricsEngine",
                "Alerting",
                "Presentation", "Notifications", "Pipeline", "Pages", "Digests",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "HummingbirdTLS", package: "hummingbird"),
                .product(name: "HummingbirdHTTP2", package: "hummingbird"),
                .product(name: "NIOHTTP2", package: "swift-nio-http2"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
                .product(name: "NIOHTTPTypesHTTP1", package: "swift-nio-extras"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ]
        ),
        // The command line.
        .executableTarget(
            name: "agentwatch",
            dependencies: [
                "AgentEvents", "EventDecoding", "Rollups", "EventStorage", "MetricsEngine",
                "Alerting", "Presentation", "Notifications", "Pipeline", "Pages",
                "DashboardServer",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ]
        ),
        // Fills a store for the bench; no part of the product.
        .executableTarget(
            name: "benchfill",
            dependencies: ["AgentEvents", "Pricing", "EventStorage", "Pipeline"]
        ),
        .testTarget(name: "AgentEventsTests", dependencies: ["AgentEvents"]),
        .testTarget(name: "DigestsTests", dependencies: ["Digests"]),
        .testTarget(name: "PricingTests", dependencies: ["AgentEvents", "Pricing"]),
        .testTarget(
            name: "LogTailingTests",
            dependencies: ["AgentEvents", "LogTailing", "CZlib", "CZstd"]
        ),
        .testTarget(name: "EventDecodingTests", dependencies: ["AgentEvents", "EventDecoding"]),
        .testTarget(
            name: "RollupsTests",
            dependencies: ["AgentEvents", "Rollups"],
            exclude: ["ddsketch_bins.py"]
        ),
        .testTarget(
            name: "PipelineTests",
            dependencies: [
                "AgentEvents", "LogTailing", "EventDecoding", "EventStorage", "SQLiteStorage",
                "Pricing", "Pipeline", .product(name: "Logging", package: "swift-log"),
            ]
        ),
        .testTarget(
            name: "SQLiteStorageTests",
            dependencies: [
                "AgentEvents", "Pricing", "Rollups", "EventStorage", "SQLiteStorage",
                .product(name: "GRDB", package: "GRDB.swift"),
            ]
        ),
        .testTarget(
            name: "ClickHouseStorageTests",
            dependencies: ["EventStorage", "ClickHouseStorage"],
            exclude: ["chdb_server.py"]
        ),
        .testTarget(
            name: "MetricsEngineTests",
            dependencies: ["AgentEvents", "Rollups", "EventStorage", "MetricsEngine"]
        ),
        .testTarget(
            name: "AlertingTests",
            dependencies: ["AgentEvents", "Rollups", "EventStorage", "MetricsEngine", "Alerting"]
        ),
        .testTarget(
            name: "PresentationTests",
            dependencies: ["AgentEvents", "EventStorage", "MetricsEngine", "Presentation"]
        ),
        .testTarget(name: "ResilienceTests", dependencies: ["AgentEvents", "Resilience"]),
        .testTarget(
            name: "NotificationsTests",
            dependencies: ["AgentEvents", "EventStorage", "Resilience", "Notifications", "Digests"]
        ),
        .testTarget(
            name: "DashboardServerTests",
            dependencies: [
                "AgentEvents", "DashboardServer", "Pipeline",
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdTesting", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ]
        ),
        .testTarget(
            name: "PagesTests",
            dependencies: ["AgentEvents", "MetricsEngine", "Presentation", "Pages"]
        ),
        .testTarget(
            name: "EndToEndTests",
            dependencies: ["AgentEvents", "MetricsEngine", "Presentation", "agentwatch"]
        ),
        .testTarget(
            name: "TidyTests",
            dependencies: ["AgentEvents", "EventDecoding", "MetricsEngine"]
        ),
    ],
    cxxLanguageStandard: .cxx17
)

let targetsInC = ["CSQLiteBatch", "CSimdjson"]
for target in package.targets where target.type != .system && !targetsInC.contains(target.name) {
    target.swiftSettings = [
        .treatAllWarnings(as: .error),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("InferIsolatedConformances"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    ]
}
