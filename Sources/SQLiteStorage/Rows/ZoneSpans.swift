import AgentEvents

/// The spans of time that new rows add to the zones of a `ZoneMap`.
struct ZoneSpans {
    /// What one run of rows adds to its zone.
    struct Span {
        var zone: Int64
        /// Microseconds, as is `latest`.
        var earliest: Int64
        var latest: Int64
    }

    private let shift: Int64
    private var spans: [Span] = []

    /// `shift`: how many keys a zone holds, as a power of two.
    init(shift: Int64) { self.shift = shift }

    /// Adds a row; cheapest where rows of one zone follow each other.
    mutating func add(_ key: Int64, at time: Timestamp) {
        let zone = key >> shift
        let last = spans.count - 1
        if last >= 0, spans[last].zone == zone {
            spans[last].earliest = min(spans[last].earliest, time.micros)
            spans[last].latest = max(spans[last].latest, time.micros)
        } else {
            spans.append(Span(zone: zone, earliest: time.micros, latest: time.micros))
        }
    }

    /// One span a zone, by zone.
    var inOrder: [Span] {
        var merged: [Span] = []
        for span in spans.sorted(by: { $0.zone < $1.zone }) {
            if let last = merged.last, last.zone == span.zone {
                merged[merged.count - 1].earliest = min(last.earliest, span.earliest)
                merged[merged.count - 1].latest = max(last.latest, span.latest)
            } else {
                merged.append(span)
            }
        }
        return merged
    }
}
