import AgentEvents
import Foundation
package import MetricsEngine

/// A time zone as it is named on the command line or in a rule, with its offsets.
package struct ZoneArgument: Sendable, Equatable {
    /// The name of the zone as the user wrote it.
    package var name: String
    package var offsets: ZoneOffsets

    package static let utc = ZoneArgument(name: "UTC", offsets: .utc)

    private init(name: String, offsets: ZoneOffsets) {
        self.name = name
        self.offsets = offsets
    }

    /// - Throws: a usage error with the nearest name.
    package init(_ text: String) throws {
        guard let zone = ZoneArgument(named: text) else {
            let nearest = NearestName.of(text, in: TimeZone.knownTimeZoneIdentifiers)
            let hint = nearest.map { "did you mean \($0)?" } ?? "write Europe/Paris, UTC or +05:30"
            throw ParameterError("'\(SafeText.line(text))' is not a time zone; \(hint)")
        }
        self = zone
    }

    /// `nil` where no zone has the name.
    package init?(named text: String) {
        if text == "UTC" || text == "Z" {
            self = .utc
        } else if let seconds = Self.fixedOffset(text) {
            let start = Timestamp.distantPast
            self.init(name: text, offsets: ZoneOffsets(transitions: [(start, seconds)]))
        } else if Self.isName(text), let zone = TimeZone(identifier: text) {
            self.init(name: text, offsets: Self.offsets(of: zone))
        } else {
            return nil
        }
    }

    /// The list lacks newer spellings (it has Asia/Calcutta, not Asia/Kolkata), which all have an
    /// area before a slash.
    ///
    /// Abbreviations, which mean several zones, have none.
    private static func isName(_ text: String) -> Bool {
        text.contains("/") || TimeZone.knownTimeZoneIdentifiers.contains(text)
    }

    /// Seconds east of Greenwich of `+05:30` and the like, at most 18 hours.
    private static func fixedOffset(_ text: String) -> Int32? {
        let bytes = Array(text.utf8)
        guard bytes.count == 6, bytes[3] == UInt8(ascii: ":"),
            bytes[0] == UInt8(ascii: "+") || bytes[0] == UInt8(ascii: "-")
        else { return nil }
        let digits = [bytes[1], bytes[2], bytes[4], bytes[5]].map { Int32($0) - 0x30 }
        guard digits.allSatisfy({ (0...9).contains($0) }) else { return nil }
        let minutes = digits[2] * 10 + digits[3]
        let seconds = (digits[0] * 10 + digits[1]) * 3_600 + minutes * 60
        guard minutes < 60, seconds <= 18 * 3_600 else { return nil }
        return bytes[0] == UInt8(ascii: "-") ? -seconds : seconds
    }

    /// The offsets from before the first event that can be to after the last, each change found to
    /// the second between two days that differ.
    private static func offsets(of zone: TimeZone) -> ZoneOffsets {
        func offset(_ second: Int64) -> Int32 {
            Int32(zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(second))))
        }
        let day: Int64 = 86_400
        var transitions = [(from: Timestamp.distantPast, secondsFromUTC: offset(firstSecond))]
        var second = firstSecond
        while second < lastSecond {
            let next = second + day
            if offset(next) != offset(second) {
                var (before, after) = (second, next)
                while after - before > 1 {
                    let middle = (before + after) / 2
                    if offset(middle) == offset(before) { before = middle } else { after = middle }
                }
                let from = Timestamp(micros: after * Micros.second)
                transitions.append((from: from, secondsFromUTC: offset(after)))
            }
            second = next
        }
        return ZoneOffsets(transitions: transitions)
    }

    /// A day before the earliest event that is accepted.
    private static let firstSecond = Timestamp.earliestAccepted.micros / Micros.second - 86_400
    /// 2050-01-01T00:00:00Z; no later event is near enough to be accepted.
    private static let lastSecond: Int64 = 2_524_608_000
}
