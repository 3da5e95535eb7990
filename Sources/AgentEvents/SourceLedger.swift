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

    package static func += (total: inout SourceLedger, part: SourceLedger) {
        total.lines += part.lines
        total.events += part.events
        total.duplicates += part.duplicates
        total.conflictingDuplicates += part.conflictingDuplicates
        total.rejected += part.rejected
        total.skipped += part.skipped
        total.joined += part.joined
        total.blank += part.blank
        total.fieldErrors += part.fieldErrors
        total.bytes += part.bytes
        total.lateEvents += part.lateEvents
    }
}
