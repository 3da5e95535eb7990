import AgentEvents

/// A length of time as it is written on the command line: `200ms`, `2s`, `15m`, `24h`, `7d`, `1w`.
package struct TimeSpan: Equatable, Sendable {
    package var micros: Int64

    package var duration: Duration { .microseconds(micros) }

    /// - Throws: a usage error that says which forms there are.
    package init(_ text: String) throws {
        guard let micros = Self.micros(text) else {
            let shown = SafeText.line(text)
            throw ParameterError("'\(shown)' is not a length of time; write 200ms, 2s or 1m")
        }
        self.micros = micros
    }

    /// A number of at most seven digits with its unit, in microseconds.
    package static func micros(_ text: String) -> Int64? {
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
