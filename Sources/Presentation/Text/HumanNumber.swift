import AgentEvents
package import MetricsEngine

/// Numbers as people read them: few digits, a unit, thousands set apart.
package enum HumanNumber {
    /// What stands where there is no number.
    package static let none = "-"

    /// A metric's value in its unit.
    package static func text(_ number: MetricNumber?, _ unit: MetricUnit) -> String {
        guard let number else { return none }
        switch (number, unit) {
        case (.integer(let whole), .count): return grouped(whole)
        case (_, .count): return decimal(number.double)
        case (_, .ms): return duration(micros: number.double * 1_000)
        case (_, .seconds): return duration(micros: number.double * 1_000_000)
        case (_, .ratio): return percent(number.double)
        case (_, .usd): return dollars(number.double)
        case (_, .tokens): return short(number.double)
        case (_, .tokensPerSecond): return "\(decimal(number.double))/s"
        }
    }

    /// What a metric says of a group: a sum over nothing known is shown as unknown, not as 0.
    package static func text(_ value: MetricValue, of metric: Metric) -> String {
        if metric.statistic == .sum, value.n == 0 { return none }
        return text(value.value, metric.unit)
    }

    /// A whole number with separators, as `1,234,567`.
    package static func grouped(_ value: Int64) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0 { text += "," }
            text.append(digit)
        }
        return text
    }

    /// A number with a fixed count of decimals, rounded half to even; in scientific form above
    /// 9e15.
    package static func fixed(_ value: Double, _ decimals: Int) -> String {
        let scale = (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        let scaled = (value * scale).rounded(.toNearestOrEven)
        guard scaled.magnitude < 9e15 else { return "\(value)" }
        let whole = Int64(scaled.magnitude / scale)
        let text = grouped(whole)
        let sign = scaled < 0 ? "-" : ""
        guard decimals > 0 else { return sign + text }
        let fraction = Int64(scaled.magnitude) - whole * Int64(scale)
        return "\(sign)\(text).\(CalendarTime.padded(fraction, decimals))"
    }

    /// A number with three significant digits; none but 0 is shown as 0.
    package static func decimal(_ value: Double) -> String {
        switch value.magnitude {
        case 0: "0.00"
        case ...0.005: value < 0 ? "-<0.01" : "<0.01"
        case ..<9.995: fixed(value, 2)
        case ..<99.95: fixed(value, 1)
        default: fixed(value, 0)
        }
    }

    /// A large count as `12,345` or `1.23 M`.
    package static func short(_ value: Double) -> String {
        switch value.magnitude {
        case ..<100_000: value == value.rounded() ? fixed(value, 0) : decimal(value)
        case ..<999_500: "\(decimal(value / 1e3)) k"
        case ..<999_500_000: "\(decimal(value / 1e6)) M"
        default: "\(decimal(value / 1e9)) G"
        }
    }

    /// A share of 1 as `4.20 %` or `95.2 %`.
    package static func percent(_ share: Double) -> String {
        share == 0 ? "0 %" : "\(decimal(share * 100)) %"
    }

    /// An amount in US dollars as `$12.30`; smaller amounts have more decimals, and none but 0 is
    /// shown as 0.
    package static func dollars(_ value: Double) -> String {
        if value != 0, value.magnitude < 0.000_001 {
            return value < 0 ? "-<$0.000001" : "<$0.000001"
        }
        let decimals =
            switch value.magnitude {
            case 0: 2
            case ..<0.01: 6
            case ..<1: 4
            default: 2
            }
        let text = fixed(value.magnitude, decimals)
        return value < 0 ? "-$\(text)" : "$\(text)"
    }

    /// A duration as `812 ms`, `12.3 s`, `4 min 05 s`, `3 h 20 min`.
    package static func duration(micros: Double) -> String {
        switch micros.magnitude {
        case 0: return "0 ms"
        case ..<1e3: return "\(fixed(micros, 0)) us"
        case ..<999.5e3: return "\(decimal(micros / 1e3)) ms"
        case ..<99.95e6: return "\(decimal(micros / 1e6)) s"
        default: return long(seconds: micros / 1e6)
        }
    }

    /// Seconds without their unit.
    package static func seconds(_ value: Double) -> String { decimal(value) }

    /// How long ago, coarsely: `4 min`, `3 h 20 min`, `12 d`.
    package static func age(micros: Int64) -> String {
        micros < Micros.minute
            ? duration(micros: Double(micros)) : long(seconds: Double(micros) / 1e6)
    }

    /// The same in whole seconds, for what is drawn anew all the time.
    package static func calmAge(micros: Int64) -> String {
        micros < Micros.minute
            ? "\(max(0, micros) / Micros.second) s" : long(seconds: Double(micros) / 1e6)
    }

    private static func long(seconds: Double) -> String {
        let sign = seconds < 0 ? "-" : ""
        // Longer than the age of the universe in seconds would trap in the conversion.
        let whole = Int64(min(seconds.magnitude, 1e15).rounded())
        let (minutes, hours, days) = (whole / 60, whole / 3_600, whole / 86_400)
        if minutes < 60 { return "\(sign)\(minutes) min \(CalendarTime.padded(whole % 60, 2)) s" }
        if hours < 48 { return "\(sign)\(hours) h \(CalendarTime.padded(minutes % 60, 2)) min" }
        return "\(sign)\(grouped(days)) d \(CalendarTime.padded(hours % 24, 2)) h"
    }

    /// A size as `1.50 MB`, in powers of 1,000.
    package static func bytes(_ count: Int64) -> String {
        let value = Double(count)
        switch value.magnitude {
        case ..<1e3: return "\(count) B"
        case ..<999.5e3: return "\(decimal(value / 1e3)) kB"
        case ..<999.5e6: return "\(decimal(value / 1e6)) MB"
        case ..<999.5e9: return "\(decimal(value / 1e9)) GB"
        default: return "\(decimal(value / 1e12)) TB"
        }
    }

    /// A count with its noun, as in `1 request` or `3 requests`.
    package static func counted(_ number: Int64, _ noun: String) -> String {
        "\(grouped(number)) \(noun)\(number == 1 ? "" : "s")"
    }
}
