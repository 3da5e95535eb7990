/// What became of the lines of one source.
///
/// Always `lines == events + duplicates + rejected + skipped + joined + blank`.
package struct SourceLedger: Sendable, Equatable, Codable {
    package var lines: Int64 = 0
    package var events: Int64 = 0
    package var duplicates: Int64 = 0
    /// Those of `duplicates` whose content differed from the event stored first.
    package var conflictingDuplicates: Int64 = 0
    package var rejected: Int64 = 0
    package var skipped: Int64 = 0
    /// Those of `skipped` that were events of a time that has been pruned.
    package var expired: Int64 = 0
    /// Continuations of records that a container runtime had split.
    package var joined: Int64 = 0
    package var blank: Int64 = 0
    /// Optional fields that were dropped because of their type or range.
    package var fieldErrors: Int64 = 0
    package var bytes: Int64 = 0
    /// Those of `events` that a follower which had caught up stored late.
    package var lateEvents: Int64 = 0

    package init() {}

    /// Whether every line is accounted for once.
    package var balances: Bool {
        lines == events + duplicates + rejected + skipped + joined + blank
    }

    /// Every count with its name, which is the same in JSON and in the store, in order.
    package static let counts:
        [(name: String, path: any WritableKeyPath<SourceLedger, Int64> & Sendable)] = [
            ("lines", \.lines), ("events", \.events), ("duplicates", \.duplicates),
            ("conflicting_duplicates", \.conflictingDuplicates), ("rejected", \.rejected),
            ("skipped", \.skipped), ("expired", \.expired), ("joined", \.joined),
            ("blank", \.blank),
            ("field_errors", \.fieldErrors), ("bytes", \.bytes), ("late_events", \.lateEvents),
        ]

    /// Makes some of the events duplicates, once storing them has shown that they are.
    package mutating func markDuplicates(_ count: Int64, conflicting: Int64) {
        events -= count
        duplicates += count
        conflictingDuplicates += conflicting
    }

    /// Makes some of the events skipped lines, since their time has been pruned.
    package mutating func markExpired(_ count: Int64) {
        events -= count
        skipped += count
        expired += count
    }

    package static func += (total: inout SourceLedger, part: SourceLedger) {
        for (_, path) in counts { total[keyPath: path] += part[keyPath: path] }
    }
}
