import AgentEvents
import ArgumentParser

/// A length of time as it is written on the command line: `200ms`, `2s`, `15m`, `24h`, `7d`, `1w`.
struct TimeSpan: Equatable, Sendable {
    var micros: Int64

    var duration: Duration { .microseconds(micros) }

    /// - Throws: a usage error that says which forms there are.
    init(_ text: String) throws {
        guard let micros = Self.micros(text) else {
            let shown = SafeText.line(text)
            throw ValidationError("'\(shown)' is no length of time; write 200ms, 2s or 1m")
        }
        self.micros = micros
    }

    /// A number of at most seven digits with its unit, in microseconds.
    static func micros(_ text: String) -> Int64? {
        guard let unit = units.first(where: { text.hasSuffix($0.name) }) else { return nil }
        let digits = text.dropLast(unit.name.count)
        guard !digits.isEmpty, digits.utf8.count <= 7,
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let count = Int64(digits)
        else { return nil }
        let (product, overflow) = count.multipliedReportingOverflow(by: unit.micros)
        // A hundred years reach behind every event.
        return overflow || product > 36_525 * Micros.day ? nil : product
    }

    /// Longer names first, since `200ms` ends in `s`, too.
    private static let units: [(name: String, micros: Int64)] = [
        ("ms", Micros.millisecond), ("s", Micros.second), ("m", Micros.minute),
        ("h", Micros.hour), ("d", Micros.day), ("w", 7 * Micros.day),
    ]
}
