/// Prometheus' text format, a family at a time.
struct ExpositionText {
    /// What a family is.
    enum Kind: String {
        case counter
        case gauge
        case histogram
    }

    typealias Labels = [(name: String, value: String)]

    private(set) var text = ""

    /// Begins a family.
    mutating func family(_ name: String, kind: Kind, help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One sample.
    mutating func sample(_ name: String, labels: Labels = [], value: Double) {
        text += name
        if !labels.isEmpty {
            let words = labels.map { "\($0.name)=\"\(Self.escaped($0.value))\"" }
            text += "{\(words.joined(separator: ","))}"
        }
        text += " \(Self.number(value))\n"
    }

    /// A family of one sample.
    mutating func single(_ name: String, kind: Kind, help: String, value: Double) {
        family(name, kind: kind, help: help)
        sample(name, labels: [], value: value)
    }

    /// Integers without a fraction.
    static func number(_ value: Double) -> String {
        if let integer = Int64(exactly: value) { return String(integer) }
        if value.isNaN { return "NaN" }
        return value.isInfinite ? (value < 0 ? "-Inf" : "+Inf") : "\(value)"
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": escaped += "\\\\"
            case "\"": escaped += "\\\""
            case "\n": escaped += "\\n"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
