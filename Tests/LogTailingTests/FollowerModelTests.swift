import AgentEvents
import Foundation
import LogTailing
import Testing

/// Random sequences of what happens to files and to their reader, held against a plain model.
///
/// `AGENTWATCH_MODEL_SEQUENCES` says how many (2,000 if it is not set), `AGENTWATCH_MODEL_SEED` from
/// which seed on. A failure names its seed and the shortest sequence found that still fails.
struct FollowerModelTests {
    private static func number(_ variable: String) -> Int? {
        ProcessInfo.processInfo.environment[variable].flatMap(Int.init)
    }

    private static let parts = 4

    @Test(
        "After whatever happens to files and reader, every line is there once or lawfully lost",
        arguments: 0..<parts
    )
    func sequences(part: Int) throws {
        let count = (Self.number("AGENTWATCH_MODEL_SEQUENCES") ?? 2_000) / Self.parts
        let first = (Self.number("AGENTWATCH_MODEL_SEED") ?? 1) + part * count
        var summary = ModelSummary()
        var failures = 0
        for seed in first..<first + count {
            var dice = ModelDice(seed: UInt64(seed))
            let setting = ModelSetting(&dice)
            let actions = (0..<dice.roll(5...60)).map { _ in ModelAction(&dice) }
            let outcome = try ModelRun.play(actions, setting)
            summary += outcome.summary
            guard !outcome.problems.isEmpty else { continue }
            failures += 1
            let shortest = try Self.shortened(actions, setting)
            Issue.record("seed \(seed), \(setting):\n\(try Self.report(shortest, setting))")
            if failures == 3 { break }
        }
        // A model in which everything may be lost would hold whatever the reader does.
        if failures == 0, count >= 100 {
            #expect(summary.required * 5 > summary.written * 2, "\(summary)")
            #expect(summary.goneWhileOpen > count / 5, "\(summary)")
        }
    }

    /// Leaves out what the failure does not need.
    private static func shortened(
        _ actions: [ModelAction],
        _ setting: ModelSetting
    ) throws -> [ModelAction] {
        var actions = actions
        var length = max(1, actions.count / 2)
        while true {
            var start = 0
            var isShorter = false
            while start < actions.count {
                var fewer = actions
                fewer.removeSubrange(start..<min(actions.count, start + length))
                if try ModelRun.play(fewer, setting).problems.isEmpty {
                    start += length
                } else {
                    actions = fewer
                    isShorter = true
                }
            }
            if length == 1, !isShorter { return actions }
            length = max(1, length / 2)
        }
    }

    private static func report(_ actions: [ModelAction], _ setting: ModelSetting) throws -> String {
        let outcome = try ModelRun.play(actions, setting)
        return (actions.map { "  \($0)" } + outcome.problems.prefix(5) + [outcome.sources])
            .joined(separator: "\n")
    }
}

/// How much the sequences had to do.
struct ModelSummary {
    var written = 0
    var required = 0
    var goneWhileOpen = 0

    static func += (total: inout ModelSummary, part: ModelSummary) {
        total.written += part.written
        total.required += part.required
        total.goneWhileOpen += part.goneWhileOpen
    }
}

/// One sequence, played on files of its own.
struct ModelRun {
    /// What came of it.
    struct Outcome {
        var problems: [String]
        var summary: ModelSummary
        var sources: String
    }

    private let world: ModelWorld
    private let reader: ModelReader

    private init(folder: String, setting: ModelSetting) {
        world = ModelWorld(folder: folder, setting: setting)
        let pattern =
            setting.pattern == .folder ? folder : folder + "/" + setting.pattern.rawValue
        var options = FollowerOptions(patterns: [pattern])
        options.maxOpenFiles = setting.maxOpenFiles
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        // Hours ago, so that no file is older than the sequence that made it, however the clock of
        // the sequence jumps.
        let now = Timestamp(micros: (Int64(time.tv_sec) - 7_200) * Micros.second)
        reader = ModelReader(options: options, now: now)
    }

    static func play(_ actions: [ModelAction], _ setting: ModelSetting) throws -> Outcome {
        // Memory, where there is any: thousands of small files come and go.
        let isThere = access("/dev/shm", W_OK) == 0
        let parent = isThere ? "/dev/shm" : NSTemporaryDirectory()
        let folder =
            URL(fileURLWithPath: parent).resolvingSymlinksInPath().path
            + "/follower-model-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: false
        )
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        let run = ModelRun(folder: folder, setting: setting)
        for action in actions {
            run.act(action)
            run.noteLosses()
        }
        return run.outcome()
    }

    private func noteLosses() {
        let counts = reader.counts
        world.noteLosses { counts[$0] != nil }
    }

    /// A look after the usual time, and everything read that there is.
    private func look(milliseconds: Int) {
        world.pass(milliseconds: milliseconds)
        reader.look(milliseconds: milliseconds)
    }

    private func lookAndRead() {
        guard reader.isRunning else { return }
        look(milliseconds: 250)
        reader.read(turns: .max, lines: .max)
        reader.commit()
    }

    private func act(_ action: ModelAction) {
        switch action {
        case .write(let log, let lines): world.write(log: log, lines: lines)
        case .piece(let log): world.writePiece(log: log)
        case .tear(let log, let lines): world.tear(log: log, lines: lines)
        case .writeOld(let pick, let lines): world.writeOld(pick: pick, lines: lines)
        case .rename(let log, let isDated, let lines):
            world.rename(log: log, isDated: isDated, lines: lines)
        case .copyTruncate(let log, let isSlow, let between, let looks):
            guard world.copyAway(log: log, isSlow: isSlow, betweenParts: lookAndRead) else { break }
            for _ in 0..<looks { lookAndRead() }
            if between > 0 { world.write(log: log, lines: between) }
            if looks > 1 { lookAndRead() }
            world.truncate(log: log, lines: 0)
            // A reader that dies just here has read what the copy lacks, and knows it no more.
            if between > 0 { lookAndRead() }
        case .truncate(let log, let lines): world.truncate(log: log, lines: lines)
        case .truncateUnder(let log): world.truncate(log: log, lines: 1, keepsPlace: true)
        case .delete(let pick): world.delete(pick: pick)
        case .reuse(let log, let other, let lines):
            world.reuse(log: log, other: other, lines: lines)
        case .compress(let pick, let isGzip, let looksInside, let looksBeside):
            world.compress(
                pick: pick,
                isGzip: isGzip,
                inside: { if looksInside { lookAndRead() } },
                beside: { if looksBeside { lookAndRead() } }
            )
        case .backup(let log): world.backUp(log: log)
        case .link(let pick): world.link(pick: pick)
        case .ingest(let pick, let lines):
            let paths = world.filesByName()
            guard !paths.isEmpty else { break }
            // What it has not seen yet, and another process reads and somebody renames, is beyond it.
            lookAndRead()
            reader.ingest(pick < 0 ? paths : [paths[pick % paths.count]], lines: lines)
        default: actOnReader(action)
        }
    }

    private func actOnReader(_ action: ModelAction) {
        switch action {
        case .look(let milliseconds): look(milliseconds: milliseconds)
        case .read(let turns, let lines, let commits):
            reader.read(turns: turns, lines: lines)
            if commits { reader.commit() }
        case .readWhileTruncated(let log, let lines):
            reader.read(turns: 3, lines: 1_000) { world.truncate(log: log, lines: lines) }
            reader.commit()
        case .commit: reader.commit()
        case .giveUp: reader.giveUp()
        case .stop:
            reader.stop()
            world.readerEnded()
        case .crash:
            reader.crash()
            world.readerEnded()
        default:
            reader.start()
            world.isReaderRunning = true
        }
    }

    /// Lets the reader come to rest, then compares.
    private func outcome() -> Outcome {
        reader.start()
        world.isReaderRunning = true
        var quiet = 0
        var rounds = 0
        while quiet < 3, rounds < 200 {
            reader.look(milliseconds: quiet == 0 ? 1_000 : 15_000)
            let count = reader.read(turns: .max, lines: .max)
            reader.commit()
            quiet = count == 0 ? quiet + 1 : 0
            rounds += 1
        }
        var problems = reader.violations + wrongCounts()
        if rounds == 200 { problems.append("it never comes to rest") }
        if !reader.isQuiet { problems.append("everything is read, and it does not count as quiet") }
        let held = ModelDisk.openInodes(in: world.folder).subtracting(world.namedInodes())
        if !held.isEmpty { problems.append("\(held.count) deleted files are still open") }
        let sources = reader.describeSources()
        reader.crash()
        let summary = ModelSummary(
            written: world.records.count,
            required: world.records.count(where: \.isRequired),
            goneWhileOpen: world.goneWhileOpen
        )
        return Outcome(problems: problems, summary: summary, sources: sources)
    }

    /// Lines that are missing, there too often, or that nobody wrote.
    private func wrongCounts() -> [String] {
        var written: [String: (least: Int, most: Int)] = [:]
        for record in world.records {
            written[record.text, default: (0, 0)].most += 1
            if record.isRequired { written[record.text, default: (0, 0)].least += 1 }
        }
        var parts = world.lastParts()
        var problems: [String] = []
        for (text, count) in reader.counts.sorted(by: { $0.key < $1.key }) {
            let shown = text.count > 60 ? "\(text.prefix(40))...(\(text.count))" : text
            guard let bounds = written[text] else {
                // What has no line end is final to one reader before it is to the other.
                if count > (reader.hadOtherReader ? 2 : 1) || parts.remove(text) == nil {
                    problems.append("'\(shown)' is no line that anybody wrote (\(count) times)")
                }
                continue
            }
            if count > bounds.most {
                problems.append("'\(shown)' is there \(count) times, not \(bounds.most)")
            }
        }
        for (text, bounds) in written.sorted(by: { $0.key < $1.key }) {
            let count = reader.counts[text] ?? 0  // it may be nowhere
            if count < bounds.least {
                problems.append("'\(text.prefix(40))' is there \(count) times, not \(bounds.least)")
            }
        }
        return problems
    }
}
