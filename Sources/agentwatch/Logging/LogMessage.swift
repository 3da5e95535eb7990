import AgentEvents
import Logging
import Presentation

/// One message of the program about itself.
///
/// Messages and metadata may name files, and files may be named anything: nothing of them reaches a
/// terminal as a control character.
struct LogMessage {
    var time: Timestamp
    var level: Logger.Level
    var message: String
    /// The metadata in the order in which it is written.
    var metadata: [(key: String, value: Logger.MetadataValue)]

    /// The line as `10:05:09 warning: cannot read it path=logs/a.jsonl error="Permission denied"`.
    ///
    /// `isTerminal`: the hour does; a file that is kept needs the date, too.
    func text(isTerminal: Bool, palette: Palette) -> String {
        let calendar = CalendarTime(time)
        let day = isTerminal ? "" : "\(calendar.dateText) "
        var words = [palette.paint(day + calendar.secondText, .faint)]
        if level != .info { words.append(palette.paint("\(level.rawValue):", style)) }
        words.append(SafeText.line(message))
        words += metadata.map { key, value in
            palette.paint("\(SafeText.line(key))=\(Self.word(value.description))", .faint)
        }
        return words.joined(separator: " ")
    }

    /// `{"time", "level", "message", ...}` on one line.
    var json: String {
        var members: [(key: String, value: JSONValue)] = [
            ("time", .time(time)), ("level", .string(level.rawValue)),
            ("message", .string(message)),
        ]
        // A key is written once; what every line has comes first.
        let taken: Set = ["time", "level", "message"]
        members += metadata.map { key, value in
            (key: taken.contains(key) ? "\(key)_" : key, value: Self.value(value))
        }
        return JSONWriter.line(.object(members))
    }

    private var style: TextStyle {
        switch level {
        case .trace, .debug, .info: .faint
        case .notice: .plain
        case .warning: .near
        case .error, .critical: .bad
        }
    }

    /// The text, in quotes where it would not be read as one word.
    private static func word(_ text: String) -> String {
        let safe = SafeText.line(text)
        let isWord = !safe.isEmpty && !safe.contains { $0 == " " || $0 == "\"" || $0 == "=" }
        guard !isWord else { return safe }
        return "\"" + safe.reduce(into: "") { $0 += $1 == "\"" ? "\\\"" : String($1) } + "\""
    }

    private static func value(_ value: Logger.MetadataValue) -> JSONValue {
        switch value {
        case .string(let text): .string(text)
        case .stringConvertible(let number as Int): .integer(Int64(number))
        case .stringConvertible(let number as Int32): .integer(Int64(number))
        case .stringConvertible(let number as Int64): .integer(number)
        case .stringConvertible(let number as Double): .real(number)
        case .stringConvertible(let flag as Bool): .bool(flag)
        case .stringConvertible(let other): .string("\(other)")
        case .array(let items): .array(items.map(Self.value))
        case .dictionary(let members):
            .object(members.sorted { $0.key < $1.key }.map { ($0.key, Self.value($0.value)) })
        }
    }
}
