package import AgentEvents
import EventDecoding
package import MetricsEngine

/// A time as it is written on the command line; which moment it is depends on now and on a zone.
package enum TimeExpression: Equatable, Sendable {
    case now
    case today
    case yesterday
    /// A span before now, in microseconds.
    case ago(Int64)
    case moment(Timestamp)
    /// The start of a day, given as the midnight of its date in UTC.
    case date(Timestamp)

    package static let forms =
        "write 15m, 24h, 7d, RFC 3339, a date, Unix time, now, today or yesterday"

    /// - Throws: a usage error that says which forms there are.
    package init(_ text: String) throws {
        guard let expression = Self.expression(text) else {
            throw ParameterError("'\(SafeText.line(text))' is not a time; \(Self.forms)")
        }
        self = expression
    }

    /// The moment meant, where days are those of a zone.
    package func moment(now: Timestamp, zone: ZoneOffsets) -> Timestamp {
        switch self {
        case .now: return now
        case .today: return zone.start(of: Micros.day, holding: now)
        case .yesterday:
            let today = zone.start(of: Micros.day, holding: now)
            return zone.start(of: Micros.day, holding: today - 1)
        case .ago(let micros): return now - micros
        case .moment(let moment): return moment
        case .date(let midnight):
            // Noon has the date in every zone and is no hour at which clocks change.
            let noon = midnight + 12 * Micros.hour
            return zone.start(of: Micros.day, holding: noon - zone.offset(at: noon))
        }
    }

    private static func expression(_ text: String) -> TimeExpression? {
        switch text {
        case "now": return .now
        case "today": return .today
        case "yesterday": return .yesterday
        default: break
        }
        if let micros = TimeSpan.micros(text) { return .ago(micros) }
        if let moment = parsed(text) { return .moment(moment) }
        if text.utf8.count == 10, let midnight = parsed(text + "T00:00:00Z") {
            return .date(midnight)
        }
        return nil
    }

    /// Between the years 1 and 9999, so that it can be shown.
    private static func parsed(_ text: String) -> Timestamp? {
        var text = text
        let moment = text.withUTF8 { TimestampParser.text(UnsafeRawBufferPointer($0)) }
        let shown: Range<Int64> = -62_135_596_800_000_000..<253_402_300_800_000_000
        return moment.flatMap { shown.contains($0.micros) ? $0 : nil }
    }
}
