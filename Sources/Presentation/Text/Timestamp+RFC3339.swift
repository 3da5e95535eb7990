package import AgentEvents
package import MetricsEngine

extension Timestamp {
    /// RFC 3339 in a time zone.
    package func rfc3339(in zone: ZoneOffsets) -> String { rfc3339(offset: zone.offset(at: self)) }

    /// The date and time as `2026-11-22 10:05:09`, without the zone.
    package func readable(in zone: ZoneOffsets) -> String {
        let time = CalendarTime(self, offset: zone.offset(at: self))
        return "\(time.dateText) \(time.secondText)"
    }
}
