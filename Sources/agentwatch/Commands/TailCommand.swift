import AgentEvents
import ArgumentParser
import EventDecoding
import EventStorage
import Glibc
import Logging
import Pipeline
import Presentation
import ServiceLifecycle
import UnixSignals

/// `agentwatch tail`.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Follows log files as they grow, through rotation and restarts.",
        discussion: """
            Reads what is there, then what is added, each line once, until it is stopped by Ctrl-C \
            or SIGTERM; started again, it goes on at the exact byte. A folder is followed with all \
            logs below it. Quote a glob, so that files that appear later are found, too. SIGHUP looks \
            for files at once. On a terminal, one block shows how reading goes and how agents do; \
            elsewhere nothing is written, or with --json a line a batch.

            EXAMPLES
              agentwatch tail 'logs/*.jsonl'
              agentwatch tail /var/log/agents --from-end
              agentwatch tail 'logs/*.jsonl*' --until-idle 2s
              agentwatch tail logs --json --log-format json
            """
    )

    @Argument(
        help: ArgumentHelp("Files, folders and quoted globs.", valueName: "pattern")
    )
    var patterns: [String]

    @Option(
        help: ArgumentHelp(
            "Stop once everything is read and no line came for this time, such as 2s.",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var untilIdle: TimeSpan?

    @Flag(help: "Leave out what is in the files when they are first met at the start.")
    var fromEnd = false

    @Option(
        help: ArgumentHelp(
            "How often files are looked at, 10ms to 1m (default: 200ms).",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var poll: TimeSpan?

    @Flag(help: "Store prompts and other content as they are, instead of their length and SHA-256.")
    var keepContent = false

    @Option(help: "Whether the log's timestamps are the ends or the starts of calls.")
    var timestampIs: TimestampMeaning = .end

    @OptionGroup var retention: RetentionOptions

    @OptionGroup var log: LogOptions

    @OptionGroup var common: CommonOptions

    /// Checks the words while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        let micros = poll?.micros ?? Self.defaultPoll
        guard micros >= 10 * Micros.millisecond, micros <= Micros.minute else {
            throw ValidationError("--poll needs a time from 10ms to 1m")
        }
        for pattern in patterns where pattern.isEmpty || pattern == "-" {
            throw ValidationError(
                pattern.isEmpty
                    ? "an empty pattern names no file"
                    : "standard input cannot be followed; write agentwatch ingest -"
            )
        }
    }

    private static let defaultPoll = 200 * Micros.millisecond

    /// Follows until it is told to stop, or idle.
    func run() async throws {
        let output = common.output
        let block = output.isJSON || output.quiet ? nil : LiveBlock()
        let logger = log.logger(output) { line in
            if let block { block.complain(line) } else { Output.complain(line) }
        }
        let lock = try StoreChoice.followLock(common.database)
        defer { withExtendedLifetime(lock) {} }
        let store = try StoreChoice.openForWriting(common.database)
        if let warning = StoreChoice.warning(common.database) { logger.warning("\(warning)") }
        if block != nil, let hint = GlobHint.text(patterns) { Output.complain(hint) }
        let tally = TailTally(startedAt: SystemClock.now())
        let batches = BatchLines(isWritten: output.isJSON, logger: logger)
        let follow = FollowService(
            store: store,
            options: options,
            decoding: decoding,
            logger: logger,
            onLook: tally.note
        ) { progress in
            tally.add(progress)
            batches.write(progress)
        }
        let display = block.map {
            TailDisplay(
                patterns: patterns,
                block: $0,
                tally: tally,
                refresh: FigureRefresh(store: store),
                wantsColor: !output.noColor
            )
        }
        let pruning = try retention.policy.map {
            OnThreads(service: RetentionService(store: store, policy: $0, logger: logger), count: 1)
        }
        let shipping =
            StoreChoice.sends(common.database)
            ? OnThreads(service: ShippingService(store: store, logger: logger), count: 1) : nil
        let others: [(any Service)?] = [pruning, shipping]
        try await Self.run(
            follow,
            beside: others.compactMap { $0 },
            display: display,
            logger: logger
        )
        try display?.finish()
    }

    private var options: FollowOptions {
        var options = FollowOptions(patterns: patterns.map(SourcePath.absolute))
        options.database = common.database
        options.poll = .microseconds(poll?.micros ?? Self.defaultPoll)
        options.untilIdle = untilIdle?.duration
        options.fromEnd = fromEnd
        return options
    }

    private var decoding: DecodingOptions {
        DecodingOptions(
            keepContent: keepContent,
            now: SystemClock.now(),
            timestampIs: timestampIs.meaning
        )
    }

    /// Runs until the follower ends or a signal ends both; the display stops first.
    private static func run(
        _ follow: FollowService,
        beside others: [any Service],
        display: TailDisplay?,
        logger: Logger
    ) async throws {
        let service = StopDeadline(service: follow, logger: logger)
        var services = [
            ServiceGroupConfiguration.ServiceConfiguration(
                service: service,
                successTerminationBehavior: .gracefullyShutdownGroup
            )
        ]
        for other in others { services.append(.init(service: other)) }
        if let display { services.append(.init(service: display)) }
        // The group's own messages say how it ends its services, which is nobody's business.
        var quiet = logger
        quiet.logLevel = .critical
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: services,
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: quiet
            )
        )
        try await group.run()
    }
}
