import AgentEvents

/// The spans of time that new rows add to the zones of a `ZoneMap`.
struct ZoneSpans {
    /// What one run of rows adds to its zone.
    struct Span {
        var zone: Int64
        /// Microseconds, as are the others.
        var earliest: Int64
        var latest: Int64
        /// When the first row began.
        var begun: Int64

        fileprivate mutating func widen(_ other: Span) {
            earliest = min(earliest, other.earliest)
            latest = max(latest, other.latest)
            begun = min(begun, other.begun)
        }
    }

    private let shift: Int64
    private var spans: [Span] = []

    /// `shift`: how many keys a zone holds, as a power of two.
    init(shift: Int64) { self.shift = shift }

    /// Adds a row; cheapest where rows of one zone follow each other.
    ///
    /// `begun`: when it began, if that is another moment.
    mutating func add(_ key: Int64, at time: Timestamp, begun: Timestamp? = nil) {
        let span = Span(
            zone: key >> shift,
            earliest: time.micros,
            latest: time.micros,
            begun: (begun ?? time).micros
        )
        let last = spans.count - 1
        if last >= 0, spans[last].zone == span.zone {
            spans[last].widen(span)
        } else {
            spans.append(span)
        }
    }

    /// One span a zone, by zone.
    var inOrder: [Span] {
        var merged: [Span] = []
        for span in spans.sorted(by: { $0.zone < $1.zone }) {
            if let last = merged.last, last.zone == span.zone {
                merged[merged.count - 1].widen(span)
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
