import AgentEvents
import Pipeline
import Presentation

/// What `validate` answers.
enum ValidateText {
    static func text(_ answer: LogLint.Answer) -> String {
        let path = SafeText.line(answer.path)
        var lines = answer.findings.map { "\(path):\($0.line): \(explain($0.kind))" }
        let more = answer.findingCount - Int64(answer.findings.count)
        if more > 0 {
            lines.append("\(path): \(HumanNumber.grouped(more)) more; --limit shows them")
        }
        let ledger = answer.ledger
        let counts = [
            (ledger.events, "events"), (ledger.rejected, "to be rejected"),
            (ledger.skipped, "no events"),
            (ledger.blank, "blank"), (ledger.fieldErrors, "fields to be dropped"),
        ].map { "\(HumanNumber.grouped($0.0)) \($0.1)" }.joined(separator: ", ")
        lines.append("\(path): \(HumanNumber.grouped(ledger.lines)) lines: \(counts)")
        if let hint = NoEventsHint.text(ledger) { lines.append("\(path): \(hint)") }
        return lines.joined(separator: "\n") + "\n"
    }

    static func json(_ answers: [LogLint.Answer]) -> JSONValue {
        ["files": .array(answers.map(json))]
    }

    private static func json(_ answer: LogLint.Answer) -> JSONValue {
        [
            "path": .string(answer.path),
            "lines": .integer(answer.ledger.lines),
            "events": .integer(answer.ledger.events),
            "rejected": .integer(answer.ledger.rejected),
            "skipped": .integer(answer.ledger.skipped),
            "blank": .integer(answer.ledger.blank),
            "unfinished": .integer(answer.unfinished),
            "field_errors": .integer(answer.ledger.fieldErrors),
            "findings": .array(answer.findings.map(json)),
        ]
    }

    private static func json(_ finding: LogLint.Finding) -> JSONValue {
        var members: [(key: String, value: JSONValue)] = [
            ("line", .integer(finding.line)), ("offset", .integer(finding.offset)),
        ]
        switch finding.kind {
        case .rejected(let reason): members.append(("reason", .string(reason.rawValue)))
        case .droppedFields(let fields):
            members.append(("fields", .array(fields.map(JSONValue.string))))
        case .unfinished: members.append(("reason", .string("unfinished")))
        }
        return .object(members)
    }

    private static func explain(_ kind: LogLint.Finding.Kind) -> String {
        switch kind {
        case .rejected(let reason): "\(reason.rawValue): \(reason.explanation)"
        case .droppedFields(let fields):
            "dropped for type or range: \(fields.joined(separator: ", "))"
        case .unfinished: "the last line is not whole"
        }
    }
}
