package import AgentEvents
package import MetricsEngine

/// Which stretch of event time a rule looks at.
package enum AlertWindow: Sendable, Hashable {
    /// A number of whole minutes before the window's end.
    case minutes(Int64)
    /// The calendar day so far, in the rule's zone.
    case day
    /// The calendar month so far, in the rule's zone.
    case month

    /// The word in the file, or `nil` where it is no window.
    init?(_ text: String) {
        switch text {
        case "day": self = .day
        case "month": self = .month
        default:
            guard let seconds = TimeLength.seconds(text), seconds > 0, seconds % 60 == 0 else {
                return nil
            }
            self = .minutes(seconds / 60)
        }
    }

    /// The window as it is written in the file.
    package var text: String {
        switch self {
        case .minutes(let minutes): TimeLength.text(minutes * 60)
        case .day: "day"
        case .month: "month"
        }
    }

    /// The window as of `now`: it ends at the whole minute at or before `now - evalDelay`.
    package func range(
        now: Timestamp,
        evalDelaySeconds: Int64,
        zone: ZoneOffsets
    ) -> TimeWindow {
        let until = (now - evalDelaySeconds * Micros.second).flooredToMinute
        let since =
            switch self {
            case .minutes(let minutes): until - minutes * Micros.minute
            case .day: zone.start(of: Micros.day, holding: until)
            case .month: Self.startOfMonth(holding: until, zone)
            }
        return TimeWindow(since: since, until: until)
    }

    private static func startOfMonth(holding moment: Timestamp, _ zone: ZoneOffsets) -> Timestamp {
        let local = moment.micros + zone.offset(at: moment)
        let days = (local - local.modulo(Micros.day)) / Micros.day
        let today = zone.start(of: Micros.day, holding: moment)
        // Noon of the first stays on the first whatever the clocks did in between.
        let noon = today + 12 * Micros.hour - (CivilDate(daysSince1970: days).day - 1) * Micros.day
        return zone.start(of: Micros.day, holding: noon)
    }
}
