/// Lengths of time as people write them: a whole number with `s`, `m`, `h` or `d`.
enum TimeLength {
    private static let units: [(letter: Character, seconds: Int64)] = [
        ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1),
    ]
    /// Ten years; longer ones are slips of the pen.
    private static let maxSeconds: Int64 = 3_650 * 86_400

    /// Seconds, or `nil` where the text is no length of time.
    static func seconds(_ text: String) -> Int64? {
        guard let unit = units.first(where: { $0.letter == text.last }) else { return nil }
        let digits = text.dropLast()
        guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
            let count = Int64(digits)
        else { return nil }
        let (seconds, overflow) = count.multipliedReportingOverflow(by: unit.seconds)
        return overflow || seconds > maxSeconds ? nil : seconds
    }

    /// The shortest text for it: `15m`, `1d`, `90s`.
    static func text(_ seconds: Int64) -> String {
        for unit in units where seconds != 0 && seconds % unit.seconds == 0 {
            return "\(seconds / unit.seconds)\(unit.letter)"
        }
        return "\(seconds)s"
    }
}
