import AgentEvents
import HTTPTypes
import MetricsEngine
import Presentation

/// The parameters of a request, checked against those that its operation has.
struct QueryItems: Sendable {
    private var values: [String: [String]] = [:]

    /// Reads the query of an address, percent-decoded, `+` being a space.
    ///
    /// - Throws: `Problem` where a parameter is unknown, malformed or given too often.
    init(_ query: String?, _ parameters: [Parameter]) throws {
        for (name, value) in try Self.pairs(of: query) {
            guard let parameter = parameters.first(where: { $0.name == name }) else {
                let known = parameters.map(\.name)
                let nearest = NearestName.of(name, in: known).map { "did you mean \($0)?" }
                let hint = nearest ?? "there are \(known.joined(separator: ", "))"
                let shown = SafeText.line(name)
                throw Problem(.badRequest, "unknown parameter '\(shown)'; \(hint)")
            }
            guard parameter.repeats || values[name] == nil else {
                throw Problem(.badRequest, "The parameter \(name) may be given once.")
            }
            try Self.check(value, parameter)
            values[name, default: []].append(value)
        }
    }

    /// The names and values of a query in order, percent-decoded.
    ///
    /// - Throws: `Problem` where it is malformed.
    static func pairs(of query: String?) throws -> [(name: String, value: String)] {
        try (query ?? "").split(separator: "&").map { item in
            let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = decoded(parts[0]), let value = decoded(parts.count > 1 ? parts[1] : "")
            else { throw Problem(.badRequest, "The query is not percent-encoded UTF-8.") }
            return (name, value)
        }
    }

    func all(_ name: String) -> [String] { values[name] ?? [] }

    func first(_ name: String) -> String? { values[name]?.first }

    func integer(_ name: String) -> Int? { first(name).flatMap { Int($0) } }

    func flag(_ name: String) -> Bool { first(name).map { $0.isEmpty || $0 == "true" } ?? false }

    /// What is looked at.
    ///
    /// - Throws: `ParameterError`
    func parameters() throws -> QueryParameters {
        var parameters = QueryParameters()
        parameters.zone = try first("tz").map { try ZoneArgument($0) }
        parameters.now = try first("now").map { try TimeExpression($0) }
        parameters.since = try first("since").map { try TimeExpression($0) }
        parameters.until = try first("until").map { try TimeExpression($0) }
        parameters.by = all("by")
        parameters.conditions =
            all("where")
            + Parameter.dimensions.flatMap { parameter in
                all(parameter.name).map { "\(parameter.name)=\($0)" }
            }
        return parameters
    }

    private static func check(_ value: String, _ parameter: Parameter) throws {
        let fault: String?
        switch parameter.form {
        case .text, .time, .zone, .list, .condition: fault = value.isEmpty ? "needs a value" : nil
        case .integer(let range):
            let isFine = Int(value).map(range.contains) ?? false
            fault = isFine ? nil : "needs a number from \(range.lowerBound) to \(range.upperBound)"
        case .number:
            let isFine = Double(value).map { $0.isFinite && $0 >= 0 } ?? false
            fault = isFine ? nil : "needs a number of at least 0"
        case .flag: fault = ["", "true", "false"].contains(value) ? nil : "is true or false"
        case .choice(let parameters):
            fault =
                parameters.contains(value) ? nil : "is one of \(parameters.joined(separator: ", "))"
        }
        if let fault { throw Problem(.badRequest, "The parameter \(parameter.name) \(fault).") }
    }

    /// Decodes a path, in which a plus is a plus.
    static func decodedPath(_ text: some StringProtocol) -> String? {
        decoded(
            String(text).split(separator: "+", omittingEmptySubsequences: false).joined(
                separator: "%2B"
            )
        )
    }

    /// `nil` where an escape is malformed or the text is not UTF-8.
    static func decoded(_ text: some StringProtocol) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2,
                digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { return nil }
            rest = rest.dropFirst(2)
            bytes.append(value)
        }
        let text = String(validating: bytes, as: UTF8.self)
        return text?.contains("\0") == true ? nil : text
    }
}
