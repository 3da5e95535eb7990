import AgentEvents
import Alerting
import ArgumentParser
import DashboardServer
import EventDecoding
import EventStorage
import Foundation
import Logging
import Notifications
import Pages
import Pipeline
import Presentation
import ServiceLifecycle
import UnixSignals

/// `agentwatch serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Answers over HTTP, takes events, and follows logs where it is asked to.",
        discussion: """
            Listens on 127.0.0.1, where programs of this machine may read and post without a token. \
            Listening elsewhere needs tokens: a file with a line a token, its level (read, write or \
            admin) before it, in clear or as sha256:HEX; or AGENTWATCH_READ_TOKEN, \
            AGENTWATCH_WRITE_TOKEN, AGENTWATCH_ADMIN_TOKEN. SIGTERM stops it in good order: what was \
            acknowledged is stored.

            The stored rules are evaluated every 30 s, and their receivers are told; where another \
            process does so already, this one only serves.

            EXAMPLES
              agentwatch serve --tail 'logs/*.jsonl'
              agentwatch serve --port 9000 --alerts alerts.json
              agentwatch serve --host 0.0.0.0 --tokens tokens.txt --tls-cert c.pem --tls-key k.pem
            """
    )

    @Option(help: ArgumentHelp("Where to listen.", valueName: "address"))
    var host = "127.0.0.1"

    @Option(help: ArgumentHelp("The port; 0 takes a free one.", valueName: "port"))
    var port: UInt16 = 8_480

    @Option(
        help: ArgumentHelp(
            "Listen on this Unix socket instead of an address and a port.",
            valueName: "path"
        )
    )
    var unixSocket: String?

    @Option(
        help: ArgumentHelp(
            "The path below which a proxy shows the dashboard, as /agentwatch.",
            valueName: "path"
        ),
        transform: { word in try Usage.checked { try BasePath(word) } }
    )
    var basePath: BasePath?

    @Option(
        help: ArgumentHelp(
            "Follow these files, folders and quoted globs, too.",
            valueName: "pattern"
        )
    )
    var tail: [String] = []

    @Option(help: ArgumentHelp("Load the rules of this file at the start.", valueName: "file"))
    var alerts: String?

    @Option(
        help: ArgumentHelp(
            "How far apart the rules are evaluated (default: 30s).",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var every: TimeSpan?

    @Flag(name: .customLong("no-evaluate"), help: "Leave the rules to another process.")
    var leavesEvaluation = false

    @Option(help: ArgumentHelp("A file of tokens.", valueName: "file"))
    var tokens: String?

    @Option(help: ArgumentHelp("Another name of this server.", valueName: "name"))
    var allowHost: [String] = []

    @Option(
        help: ArgumentHelp(
            "A proxy whose X-Forwarded-For and X-Forwarded-Proto are believed, as 127.0.0.1 or "
                + "10.0.0.0/8.",
            valueName: "address"
        )
    )
    var trustedProxy: [String] = []

    @Option(help: ArgumentHelp("A certificate with its chain, as PEM.", valueName: "file"))
    var tlsCert: String?

    @Option(help: ArgumentHelp("The certificate's key, as PEM.", valueName: "file"))
    var tlsKey: String?

    @Option(
        help: ArgumentHelp(
            "The timeout of idle connections and slow request bodies (default: 30s).",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var timeout: TimeSpan?

    @OptionGroup var retention: RetentionOptions

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    /// Checks the words while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        guard (tlsCert == nil) == (tlsKey == nil) else {
            throw ValidationError("--tls-cert and --tls-key belong together")
        }
        if let timeout, timeout.duration <= .zero {
            throw ValidationError("--timeout needs a length of time above 0, such as 30s")
        }
        if let every, every.duration < .seconds(1) {
            throw ValidationError("--every needs a length of time of at least 1s")
        }
        if every != nil, leavesEvaluation {
            throw ValidationError("--every and --no-evaluate exclude each other")
        }
        for pattern in tail where pattern.isEmpty || pattern == "-" {
            throw ValidationError("--tail needs files, folders or globs")
        }
    }

    /// Serves until it is told to stop.
    func run() async throws {
        let options = try ServingAccess.options(self)
        if let refusal = options.refusal {
            throw ValidationError(refusal)
        }
        let logger = log.logger(common.output) { Output.complain($0) }
        OpenFiles.allowMost()
        let lock = tail.isEmpty ? nil : try StoreChoice.followLock(common.database)
        defer { withExtendedLifetime(lock) {} }
        let rules = try alerts.map(RuleFile.loadable)
        let store = try StoreChoice.openForWriting(common.database)
        if let warning = StoreChoice.warning(common.database) { logger.warning("\(warning)") }
        if let rules {
            try store.replaceThresholds(rules.rules.map(\.row), receivers: rules.receivers)
        }
        let alertLock = takeAlertLock(logger)
        defer { withExtendedLifetime(alertLock) {} }
        let alerts = alertLock == nil ? nil : try alertService(store, logger)
        var services = try services(
            store,
            options: options,
            delivery: alerts?.delivery,
            logger: logger
        )
        if let alerts { services.insert(OnThreads(service: alerts, count: 2), at: 0) }
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: Self.silent(logger)
            )
        ).run()
        try store.sync()
    }

    /// The group's own messages say how it ends its services, which is nobody's business.
    private static func silent(_ logger: Logger) -> Logger {
        var quiet = logger
        quiet.logLevel = .critical
        return quiet
    }

    /// The lock of evaluators; `nil` where the rules are left to another process.
    private func takeAlertLock(_ logger: Logger) -> AnyObject? {
        guard !leavesEvaluation else { return nil }
        do {
            return try StoreChoice.alertLock(common.database)
        } catch {
            logger.warning("\(error); this process serves and leaves the alerts to it")
            return nil
        }
    }

    private func alertService(
        _ store: any EventStore & AlertStore,
        _ logger: Logger
    ) throws -> AlertService {
        AlertService(
            store: store,
            reader: try StoreChoice.openForReading(common.database),
            every: every?.duration ?? .seconds(30),
            environment: ProcessInfo.processInfo.environment,
            logger: logger
        )
    }

    /// The last is told to stop first: then nobody asks the others any more.
    private func services(
        _ store: any EventStore & AlertStore,
        options: ServerOptions,
        delivery: DeliveryService?,
        logger: Logger
    ) throws -> [any Service] {
        let health = StoreHealth()
        let ingest = EventIngestService(
            store: store,
            health: health,
            render: DashboardService.postAnswer
        )
        let changes = ChangeWatch(store: try StoreChoice.openForReading(common.database))
        let server = try DashboardService(
            options: options,
            store: store,
            readers: try StoreReaders(database: common.database, count: 3, maxWaiting: 256),
            ingest: ingest,
            health: health,
            changes: changes,
            delivery: delivery,
            logger: logger,
            onListening: announcement(options)
        )
        var services: [any Service] = [ingest, changes]
        if let policy = try retention.policy {
            let pruning = RetentionService(store: store, policy: policy, logger: logger)
            services.append(OnThreads(service: pruning, count: 1))
        }
        if StoreChoice.sends(common.database) {
            let shipping = ShippingService(store: store, logger: logger)
            services.append(OnThreads(service: shipping, count: 1))
        }
        if !tail.isEmpty { services.append(follower(store, health: health, logger: logger)) }
        return services + [StopDeadline(service: server, logger: logger)]
    }

    private func follower(
        _ store: any EventStore,
        health: StoreHealth,
        logger: Logger
    ) -> any Service {
        var options = FollowOptions(patterns: tail.map(SourcePath.absolute))
        options.database = common.database
        let follow = FollowService(
            store: store,
            options: options,
            decoding: DecodingOptions(keepContent: false, now: SystemClock.now()),
            logger: logger,
            health: health,
            onCommit: { _ in }
        )
        return OnThreads(service: follow, count: 2)
    }

    /// Says where it listens, with the port that was free.
    private func announcement(_ options: ServerOptions) -> @Sendable (Int) -> Void {
        let output = common.output
        let (isJSON, isQuiet) = (output.isJSON, output.quiet)
        let scheme = options.tls == nil ? "http" : "https"
        let host = options.host.contains(":") ? "[\(options.host)]" : options.host
        let (socket, base) = (options.unixSocket, options.basePath.text)
        return { port in
            let url = socket.map { "unix:\($0)" } ?? "\(scheme)://\(host):\(port)\(base)"
            let line = JSONWriter.line(["url": .string(url)])
            guard isJSON || !isQuiet else { return }
            // Whoever reads it is gone; serving matters more than being told of.
            try? Output.write(isJSON ? line + "\n" : "Listening on \(url)\n")
        }
    }
}
