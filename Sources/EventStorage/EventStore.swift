package import AgentEvents
package import Pricing
package import Rollups

/// A place where events are kept and asked for.
package protocol EventStore: Sendable {
    /// The path or address, for messages.
    var path: String { get }

    /// Stores a batch in one transaction, or nothing of it.
    ///
    /// `now`: when the batch was read.
    func commit(_ batch: IngestBatch, now: Timestamp) throws -> CommitReport

    /// The receipt of the post that was stored under a key in the last day, if there is one.
    func receipt(key: String) throws -> StoredReceipt?

    /// A number that every event stored from now on lies above.
    func newestEventNumber() throws -> Int64

    /// Hands over the calls that were stored with numbers above one and up to another.
    func forEachCall(
        above first: Int64,
        upTo last: Int64,
        _ body: ([CallUnit]) throws -> Void
    ) throws

    /// Makes everything that was committed survive a power cut.
    func sync() throws

    /// Makes everything that was committed survive a power cut, and nothing more: it stays in the log.
    func syncLog() throws

    /// A consistent view for the time of `body`.
    func read<T>(_ body: (any StoreView) throws -> T) throws -> T

    /// Replaces the rules and the receivers, all or nothing.
    func replaceThresholds(_ rows: [ThresholdRow], receivers: [ReceiverConfiguration]) throws

    func prices() throws -> [ModelPrice]

    /// How far every source has been read, by path; newest generation first.
    func positions() throws -> [SourcePosition]

    /// A number that changes when others have written, and not by what is written through this
    /// object.
    func foreignChanges() throws -> Int64

    /// Notes what was seen of sources without reading them; offsets stay.
    ///
    /// A source that was never read is added where its note has an error or a size above 0. Nothing
    /// is written where nothing changes. `now`: when it was seen.
    func noteSources(_ notes: [SourceNote], now: Timestamp) throws

    /// Removes every generation of the sources at a path, be it the one at first sight or the one
    /// where they lie now, with all that came from them; `nil` where there is no such source.
    ///
    /// What remains is as if they had never been read, but for duplicates that their events
    /// had kept out of other sources. All in one transaction.
    func forget(path: String) throws -> ForgottenSource?

    /// Removes the events and requests from before a horizon, and the cells from before another, in small
    /// steps, while others read and write; from its beginning on nothing from before comes in any more.
    ///
    /// Goes on where an earlier one was broken off, and gives the space back. `betweenSteps`: what to do
    /// after each; what it throws ends the work, to be gone on with another time.
    func prune(
        to horizon: RetentionHorizon,
        betweenSteps: () throws -> Void
    ) throws -> PruneReport

    /// Prunes what other machines have pruned where reports read, as `prune` does.
    ///
    /// Nothing, for a store that reports read themselves.
    func keepToHorizon(betweenSteps: () throws -> Void) throws

    /// Writes a consistent copy, while others read and write.
    ///
    /// - Throws: `StoreError` with code `refused` where there is a file at `path`.
    func backup(to path: String) throws

    /// Looks through everything for damage, and compares the rollup cells with the rows.
    func examine() throws -> [StoreFinding]

    /// Makes the rollup cells anew from the rows, in one transaction; gives how many there are.
    func rebuildCells() throws -> Int64

    /// Notes that a follower lives; `nil` that it has stopped in good order.
    func heartbeat(_ follower: FollowerHeartbeat?) throws

    /// Moves a write-ahead log of more than 4 MB into the database, for idle moments.
    func compactLog() throws

    /// Sends a part of what was written here to where reports read it; gives whether there was any.
    ///
    /// What fails is sent again the next time. Nothing, for a store that reports read themselves.
    func ship() throws -> Bool

    /// Asks what other machines have sent that changes something here, and takes it over; gives whether there was
    /// any.
    ///
    /// `now`: when that is; the ledger counts duplicates among events of other machines by it.
    func learn(now: Timestamp) throws -> Bool

    /// How many machines have sent something within the last hour, or are about to; 1 for a store of one machine.
    func sendingMachines() throws -> Int64
}

extension EventStore {
    package func ship() throws -> Bool { false }

    package func learn(now: Timestamp) throws -> Bool { false }

    package func sendingMachines() throws -> Int64 { 1 }

    package func keepToHorizon(betweenSteps: () throws -> Void) throws {}

    /// Sends all that was written here, and what follows from what others have sent.
    package func shipAll(now: Timestamp) throws {
        repeat { while try ship() {} } while try learn(now: now)
    }
}

/// One event with its names, for showing.
package struct EventDetail: Sendable {
    package var event: AgentEvent
    /// Which request of its id it belongs to; `nil` for an orphan.
    package var part: Int?
    package var subject: String?
    package var provider: String?
    package var agent: String?
    package var errorText: String?
    package var stopReason: String?
    package var eventID: String?
    package var parentID: String?
    /// The other fields, a JSON object.
    package var attributes: String?
    package var sourcePath: String

    package init(event: AgentEvent, sourcePath: String) {
        self.event = event
        self.sourcePath = sourcePath
    }
}

/// One request of an id with the names it carries, for showing.
package struct RequestView: Sendable {
    package var row: RequestRow
    package var agent: String?
    package var user: String?
    package var session: String?
    /// When its agent first logged a completed `task_end`, if ever.
    package var endsTasksSince: Timestamp?

    package init(row: RequestRow) { self.row = row }
}

/// Everything that is stored under one request id.
package struct RequestDetail: Sendable {
    package var requestID: String
    /// More than one where the id was used again; empty where only orphans carry it.
    package var requests: [RequestView]
    /// The events in order; of an id with very many, the first and the last ones.
    package var events: [EventDetail]
    /// The events that lie between, where there are too many to show.
    package var omitted: OmittedEvents?
    package var settings: RequestSettings

    package init(
        requestID: String,
        requests: [RequestView],
        events: [EventDetail],
        settings: RequestSettings
    ) {
        self.requestID = requestID
        self.requests = requests
        self.events = events
        self.settings = settings
    }
}

/// A gap in a list of events.
package struct OmittedEvents: Sendable, Equatable {
    /// How many events of the list stand before the gap.
    package var after: Int
    /// How many events are left out.
    package var count: Int64

    package init(after: Int, count: Int64) {
        self.after = after
        self.count = count
    }
}

/// A line that was kept because it could not be read.
package struct RejectedLine: Sendable {
    package var sourcePath: String
    package var generation: Int64
    package var rejection: LineRejection

    package init(sourcePath: String, generation: Int64, rejection: LineRejection) {
        self.sourcePath = sourcePath
        self.generation = generation
        self.rejection = rejection
    }
}
