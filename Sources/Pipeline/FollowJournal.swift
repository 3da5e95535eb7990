import AgentEvents
import EventStorage
import LogTailing
import Logging

/// What a follower writes to its log: changes, each once.
struct FollowJournal {
    private let logger: Logger
    private var trouble: String?
    private var problems: [String: String] = [:]
    private var unmatched: Set<String> = []
    private var hasToldPassedOver = false
    /// The counts of all lines since the start.
    private var ledger = SourceLedger()
    private var hasToldNoEvents = false
    /// Why a path cannot be read, as it was said; a path is told of as a source and as a file.
    private var unreadable: [String: String] = [:]
    /// What was said of a source, by path and generation.
    private var said: [SourceRegistry.ID: String] = [:]

    init(_ logger: Logger) { self.logger = logger }

    /// The store took a batch.
    mutating func storeWorks() {
        guard trouble != nil else { return }
        trouble = nil
        logger.notice("the store takes lines again")
    }

    /// The store could not take a batch, which will be tried again.
    mutating func storeFails(_ error: any Error) {
        let text = "\(error)"
        guard trouble != text else { return }
        trouble = text
        logger.error("nothing is read until the store takes it", metadata: ["error": "\(text)"])
    }

    /// Another process reads the same files.
    func moved(_ error: StoreError) {
        logger.info(
            "going on from what another process has read",
            metadata: ["cause": "\(error.cause)"]
        )
    }

    /// Writes what is new of the sources.
    mutating func note(_ news: FollowNews) {
        for condition in news.conditions { note(condition) }
        for (path, problem) in news.problems.sorted(by: { $0.key < $1.key })
        where problems[path] != problem {
            warn(of: path, problem)
        }
        for path in problems.keys.sorted() where news.problems[path] == nil {
            unreadable[path] = nil
            logger.notice("can be read again", metadata: ["path": "\(path)"])
        }
        problems = news.problems
        for pattern in news.unmatched where !unmatched.contains(pattern) {
            logger.notice(
                "no file matches yet; it is picked up when it appears",
                metadata: ["pattern": "\(pattern)"]
            )
        }
        unmatched = Set(news.unmatched)
        notePassedOver(news.passedOver)
    }

    /// Notes what became of lines, and says once what an event is where no line so far is one.
    ///
    /// `areAllRead`: whether no more lines are known of.
    mutating func note(_ lines: SourceLedger, areAllRead: Bool) {
        ledger += lines
        guard areAllRead, !hasToldNoEvents, let hint = NoEventsHint.text(ledger) else { return }
        hasToldNoEvents = true
        logger.notice(
            "nothing is stored",
            metadata: ["lines": "\(ledger.lines)", "cause": "\(hint)"]
        )
    }

    /// Told once, since a folder in use may get such files all the time.
    private mutating func notePassedOver(_ paths: [String]) {
        guard !hasToldPassedOver, !paths.isEmpty else { return }
        hasToldPassedOver = true
        logger.notice(
            """
            files whose names do not look like logs are left out; name them, or a quoted glob such \
            as 'FOLDER/*', to follow them
            """,
            metadata: [
                "count": "\(paths.count)",
                "files": "\(paths.prefix(3).joined(separator: ", "))",
            ]
        )
    }

    private mutating func note(_ condition: SourceCondition) {
        let position = condition.position
        // A source in trouble is told of by its problem alone.
        let text = condition.problem ?? position.identity
        guard said[position.id] != text else { return }
        said[position.id] = text
        if let problem = condition.problem {
            warn(of: position.seenAt, problem)
        } else {
            unreadable[position.seenAt] = nil
            // Thousands of files that are as expected would hide the one that is not.
            let isOrdinary = ["new", "same file"].contains(position.identity)
            logger.log(
                level: isOrdinary ? .debug : .info,
                "reading",
                metadata: ["path": "\(position.seenAt)", "identity": "\(position.identity)"]
            )
        }
    }

    private mutating func warn(of path: String, _ problem: String) {
        guard unreadable.updateValue(problem, forKey: path) != problem else { return }
        logger.warning("cannot be read", metadata: ["path": "\(path)", "error": "\(problem)"])
    }
}
