package import AgentEvents
package import Rollups

/// Rows of one kind that a local store sends to the store of many machines.
///
/// They say how something is and not how it changed, and carry a version: of equal rows the one with the greatest
/// counts. So a shipment may arrive twice, or in part and then again, and changes nothing by that.
package struct Shipment: Sendable {
    /// What it consists of.
    package enum Rows: Sendable {
        case names([ShippedName])
        case events(ShippedEvents)
        case requests(ShippedRequests)
        case cells([ShippedCell])
        case quarters([QuarterVolume])
        case ledger([ShippedLedger])
        case offers([ShippedOffer])
        case standing(WriterStanding)
    }

    /// Names the local store among all of a cluster.
    package var writer: Int64
    /// Greater than that of all earlier shipments of the same writer.
    package var version: Int64
    package var rows: Rows
    /// Up to where its rows were taken; only the store that made it reads this.
    package var mark: ShipmentMark

    package init(writer: Int64, version: Int64, rows: Rows, mark: ShipmentMark) {
        self.writer = writer
        self.version = version
        self.rows = rows
        self.mark = mark
    }
}

/// Up to where a shipment took rows: of a table, the last key.
package struct ShipmentMark: Sendable, Equatable {
    package var table: String
    package var last: [Int64]

    package init(table: String, last: [Int64]) {
        self.table = table
        self.last = last
    }
}

/// A name and what it names.
package struct ShippedName: Sendable, Equatable {
    /// Raw `NameKind`.
    package var kind: UInt8
    package var name: String

    package init(kind: UInt8, name: String) {
        self.kind = kind
        self.name = name
    }
}

/// Events with everything they refer to.
package struct ShippedEvents: Sendable {
    /// `AgentEvent.source` is an index into `sources`.
    package var batch = EventBatch()
    /// The writer's number of each event.
    package var numbers: [Int64] = []
    /// Paths of sources.
    package var sources: [String] = []
    /// Events that the writer has no longer, with the minutes of their times.
    package var removed: [(number: Int64, minute: Int64)] = []
    /// Whether none of them was sent before, unless the answer was lost.
    package var areNew = false

    package init() {}
}

/// Requests with everything they refer to.
package struct ShippedRequests: Sendable {
    /// Where a request stands: it moves when it ends later.
    package struct Place: Sendable, Hashable {
        /// The writer's number of its id.
        package var number: Int64
        package var part: Int64
        /// The minute in which it ended, since 1970.
        package var minute: Int64

        package init(number: Int64, part: Int64, minute: Int64) {
            self.number = number
            self.part = part
            self.minute = minute
        }
    }

    /// Names are of `batch`, keys are the writer's numbers.
    package var rows: [RequestRow] = []
    /// The request id of each row.
    package var ids: [RequestIndex] = []
    /// Names and request ids; no events.
    package var batch = EventBatch()
    /// Places where there is no request any more.
    package var removed: [Place] = []

    package init() {}
}

/// A rollup cell, as bytes.
package struct ShippedCell: Sendable {
    /// A name of a cell's key.
    package enum Name: Sendable, Equatable {
        case none
        /// All that came when there were too many to have cells of their own.
        case others
        case name(String)
    }

    package var series: Int64
    /// As the schema numbers widths.
    package var width: Int64
    package var bucket: Int64
    /// The writer's number of the key, or, where units of one code are together, the code.
    package var key: Int64
    package var agent = Name.none
    package var subject = Name.none
    package var provider = Name.none
    package var code: Int64 = 0
    /// See `CellBytes`; `nil` where the writer has the cell no longer.
    package var cell: [UInt8]?

    package init(series: Int64, width: Int64, bucket: Int64, key: Int64) {
        self.series = series
        self.width = width
        self.bucket = bucket
        self.key = key
    }
}

/// What became of the lines of a source that were read in a minute.
package struct ShippedLedger: Sendable, Equatable {
    /// The writer's number of the source.
    package var source: Int64
    /// Microseconds since 1970.
    package var minute: Int64
    /// No lines where the writer has none any more.
    package var ledger: SourceLedger

    package init(source: Int64, minute: Int64, ledger: SourceLedger) {
        self.source = source
        self.minute = minute
        self.ledger = ledger
    }
}

/// What a writer says of itself.
package struct WriterStanding: Sendable, Equatable {
    /// What it knows of an agent.
    package struct Agent: Sendable, Equatable {
        /// `nil` for the requests that name none.
        package var name: String?
        /// When it first logged a completed `task_end`; `nil` where it never did.
        package var endsTasksSince: Timestamp?
        /// How many of its requests were completed, and how many completed or escalated.
        package var completed: Int64 = 0
        package var decided: Int64 = 0

        package init(name: String?) { self.name = name }
    }

    package var agents: [Agent] = []
    package var events: Int64 = 0
    package var requests: Int64 = 0
    package var oldestEvent: Timestamp?
    package var newestEvent: Timestamp?
    package var foldedNames: Int64 = 0
    /// The number of the last offer that it has taken over of each writer.
    package var taken: [Int64: Int64] = [:]
    package var settings: RequestSettings

    package init(settings: RequestSettings) { self.settings = settings }
}

/// A store that notes what it has still to send.
package protocol ShippingStore: HandoverStore {
    /// Begins to note changes, where that is not done yet; everything that is stored is to be sent.
    ///
    /// `writer`: what names the store from then on, unless it has a name. `databases`: what names the cluster's
    /// database; mostly one.
    ///
    /// - Throws: `StoreError` with code `refused` where it has joined another one, which has what this one misses.
    func joinCluster(as writer: Int64, of databases: Set<Int64>) throws

    /// What names it in the cluster; `nil` where it does not note changes.
    func clusterName() throws -> Int64?

    /// Runs `body` while no other process sends from the same store.
    ///
    /// - Throws: `StoreError` with code `busy` where one goes on for long, and what `body` throws.
    func withShippingLock<T>(_ body: () throws -> T) throws -> T

    /// What to send next; `nil` where everything was sent.
    ///
    /// - Throws: `StoreError`
    func nextShipment() throws -> Shipment?

    /// Notes that a shipment has arrived.
    func acknowledge(_ shipment: Shipment) throws

    /// Takes nothing from before a horizon from now on, also where nothing is stored yet; gives whether there is
    /// something to prune.
    func raiseHorizon(to horizon: RetentionHorizon) throws -> Bool

    /// Takes over when agents first logged a completed `task_end` by what other machines say, by name, the empty
    /// one for requests that name none: from then on requests of theirs without one are unfinished.
    ///
    /// Gives whether that was something new.
    func learn(endsTasksSince agents: [String: Timestamp]) throws -> Bool
}
