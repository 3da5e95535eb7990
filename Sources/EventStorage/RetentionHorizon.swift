package import AgentEvents
import Rollups

/// The moments from which a store still has events and cells; what is older has been pruned.
package struct RetentionHorizon: Sendable, Equatable {
    /// Events and requests are kept from this moment on, which is a whole quarter of an hour.
    ///
    /// Before it there are only cells of quarters and wider ones, which no longer change. A request that
    /// closed later is kept with all its events, also the earlier ones.
    package var rows: Timestamp
    /// Cells are kept from this moment on, which is a whole day (UTC) and no later than `rows`.
    package var cells: Timestamp

    /// Nothing has been pruned.
    package static let none = RetentionHorizon(rows: .distantPast, cells: .distantPast)

    package init(rows: Timestamp, cells: Timestamp) {
        self.rows = rows
        self.cells = cells
    }

    /// A window that begins no earlier than there are cells, and before `rows` begins and ends on whole
    /// quarters of an hour; empty where nothing of it is kept.
    package func widened(_ window: TimeWindow) -> TimeWindow {
        guard window.since < rows else { return window }
        let width = BucketWidth.quarter
        var window = window
        window.since = max(window.since, cells)
        if window.since > .distantPast {
            window.since = width.start(of: width.bucket(holding: window.since))
        }
        if window.until < rows {
            window.until = width.start(
                of: width.bucket(holding: window.until + (width.length - 1))
            )
        }
        return window
    }

    /// The later of two horizons: what was pruned does not come back.
    package func raised(to other: RetentionHorizon) -> RetentionHorizon {
        RetentionHorizon(rows: max(rows, other.rows), cells: max(cells, other.cells))
    }
}

/// How long events and cells are kept.
package struct RetentionPolicy: Sendable, Equatable {
    /// How long events and requests are kept, in microseconds.
    package let keep: Int64
    /// How long cells are kept, in microseconds; `nil` is for ever.
    package let keepRollups: Int64?

    /// The shortest time that events can be kept: requests must have closed by then.
    package static let minKeep = Micros.hour

    /// - Returns: `nil` where `keep` is less than `minKeep`, or `keepRollups` less than `keep`.
    package init?(keep: Int64, keepRollups: Int64?) {
        guard keep >= Self.minKeep, keepRollups.map({ $0 >= keep }) ?? true else { return nil }
        self.keep = keep
        self.keepRollups = keepRollups
    }

    /// What is to be pruned at a moment.
    package func horizon(now: Timestamp) -> RetentionHorizon {
        func start(_ width: BucketWidth, _ length: Int64) -> Timestamp {
            width.start(of: width.bucket(holding: now - length))
        }
        return RetentionHorizon(
            rows: start(.quarter, keep),
            cells: keepRollups.map { start(.day, $0) } ?? .distantPast
        )
    }
}

/// What pruning removed.
package struct PruneReport: Sendable, Equatable {
    /// What the store has from now on.
    package var horizon = RetentionHorizon.none
    package var events: Int64 = 0
    package var requests: Int64 = 0
    package var cells: Int64 = 0
    /// Names, and what events share, that no event refers to any more.
    package var names: Int64 = 0
    /// The size of the database file before and after, in bytes.
    package var bytesBefore: Int64 = 0
    package var bytesAfter: Int64 = 0

    package init() {}
}
