import MetricsEngine

/// Numbers for people and for monitoring systems, the same in every locale and without exponents.
enum NumberText {
    /// The shortest text that reads back as the same number; nine decimals where that has an
    /// exponent.
    static func exact(_ value: Double) -> String {
        let text = "\(value)"
        if text.hasSuffix(".0") { return String(text.dropLast(2)) }
        return text.contains("e") ? plain(value) : text
    }

    /// A number with at most nine decimals (a nano-dollar) and no exponent below 1e18.
    static func plain(_ value: Double) -> String {
        let size = abs(value)
        guard size < 9e9 else { return size < 9e18 ? "\(Int64(value.rounded()))" : "\(value)" }
        let billionths = Int64((size * 1e9).rounded())
        let (whole, part) = billionths.quotientAndRemainder(dividingBy: 1_000_000_000)
        var decimals = String(part)
        decimals = String(repeating: "0", count: 9 - decimals.count) + decimals
        while decimals.hasSuffix("0") { decimals.removeLast() }
        let sign = value < 0 && billionths > 0 ? "-" : ""
        return sign + (decimals.isEmpty ? "\(whole)" : "\(whole).\(decimals)")
    }

    /// Three significant digits, or all before the point where there are more.
    static func short(_ value: Double) -> String {
        let size = abs(value)
        guard size > 1e-9, size < 1e15 else { return exact(value) }
        var scale = 1.0
        while size * scale < 100 { scale *= 10 }
        return exact((value * scale).rounded() / scale)
    }

    /// A number with its unit, as `12.4 %`, `8200 ms` or `0.62 USD`.
    private static func withUnit(_ number: String, _ unit: MetricUnit) -> String {
        switch unit {
        case .count: number
        case .ratio: "\(number) %"
        case .usd: "\(number) USD"
        case .ms, .seconds, .tokens, .tokensPerSecond: "\(number) \(unit.rawValue)"
        }
    }

    /// A value and the threshold it stands beside, with as many digits as tell them apart.
    static func pair(
        _ value: Double,
        threshold: Double,
        unit: MetricUnit
    ) -> (value: String, threshold: String) {
        let factor = unit == .ratio ? 100.0 : 1
        let limit = short(threshold * factor)
        var text = short(value * factor)
        if text == limit, value != threshold { text = exact(value * factor) }
        return (withUnit(text, unit), withUnit(limit, unit))
    }
}
