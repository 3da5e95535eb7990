import AgentEvents
package import EventStorage
import Foundation

/// Lines that could not be read, for people and for programs.
package struct RejectsText {
    package var lines: [RejectedLine]
    package var terminal: Terminal
    /// Whether explanations of the reasons are left out.
    package var isQuiet: Bool

    package init(lines: [RejectedLine], terminal: Terminal, isQuiet: Bool) {
        self.lines = lines
        self.terminal = terminal
        self.isQuiet = isQuiet
    }
    /// More of a line than any terminal shows is not looked at.
    private static let shownBytes = 400

    /// A row a line, newest first.
    package func text() -> String {
        guard !lines.isEmpty else { return isQuiet ? "" : "No rejected lines.\n" }
        var table = TextTable([
            .path("source"), .number("offset"), .text("reason", shrinksTo: nil),
            .number("bytes"), .text("line", shrinksTo: 10),
        ])
        for line in lines {
            let rejection = line.rejection
            table.append([
                TextTable.Cell(SourceName.short(line.sourcePath, for: terminal)),
                TextTable.Cell(String(rejection.offset)),
                TextTable.Cell(rejection.reason.rawValue),
                TextTable.Cell(HumanNumber.grouped(rejection.length), .faint),
                TextTable.Cell(SafeText.line(rejection.bytes.prefix(Self.shownBytes))),
            ])
        }
        return table.text(terminal) + (isQuiet ? "" : "\n" + explanations())
    }

    /// What each reason that occurs means, once.
    private func explanations() -> String {
        let occurring = Set(lines.map(\.rejection.reason))
        var table = TextTable([.text("", shrinksTo: nil), .text("", shrinksTo: 20)])
        for reason in RejectionReason.allCases where occurring.contains(reason) {
            table.append([
                TextTable.Cell(reason.rawValue),
                TextTable.Cell(reason.explanation, .faint),
            ])
        }
        return table.text(terminal)
    }

    /// Writes lines as JSON, one at a time: the kept bytes as text, and where they are not UTF-8,
    /// in base 64 too.
    package static func writeJSON(
        source: String?,
        limit: Int,
        from store: any EventStore,
        to write: (String) throws -> Void
    ) throws {
        var count = 0
        try write("{\n  \"rejects\": [")
        try store.forEachReject(source: source, limit: limit) { line in
            try write((count == 0 ? "" : ",") + "\n    " + JSONWriter.text(json(line), depth: 2))
            count += 1
        }
        try write(count == 0 ? "]\n}\n" : "\n  ]\n}\n")
    }

    private static func json(_ line: RejectedLine) -> JSONValue {
        let rejection = line.rejection
        var members: [(key: String, value: JSONValue)] = [
            ("source", .string(line.sourcePath)),
            ("generation", .integer(line.generation)),
            ("offset", .integer(rejection.offset)),
            ("reason", .string(rejection.reason.rawValue)),
            ("length", .integer(rejection.length)),
            ("line", .string(String(decoding: rejection.bytes, as: UTF8.self))),
        ]
        if String(validating: rejection.bytes, as: UTF8.self) == nil {
            members.append(("line_base64", .string(Data(rejection.bytes).base64EncodedString())))
        }
        return .object(members)
    }
}
