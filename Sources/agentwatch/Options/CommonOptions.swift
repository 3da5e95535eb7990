import ArgumentParser
import Glibc
import Presentation

/// How answers are written.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable, Sendable {
    case table
    case json
}

/// Which database is read.
struct DatabaseOption: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "The database: a file, or clickhouse://USER@HOST:PORT/DATABASE (default: $AGENTWATCH_DB, else agentwatch.db).",
            valueName: "path"
        )
    )
    var db: String?

    var path: String {
        if let db { return db }
        let named = getenv("AGENTWATCH_DB").map { String(cString: $0) }
        return named.flatMap { $0.isEmpty ? nil : $0 } ?? "agentwatch.db"
    }

    /// Refuses an empty path, which SQLite would take for a temporary database.
    func validate() throws {
        if db?.isEmpty == true { throw ValidationError("--db needs the path of a database") }
    }
}

/// The options that every command has which reads the store.
struct CommonOptions: ParsableArguments {
    @OptionGroup var databaseOption: DatabaseOption

    @OptionGroup var output: OutputOptions

    /// The path of the database.
    var database: String { databaseOption.path }
}

/// The options of how things are shown.
struct OutputOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How to write the answer.", valueName: "format"))
    var format: OutputFormat?

    @Flag(help: "Short for --format json.")
    var json = false

    @Flag(name: [.short, .long], help: "Leave out notes and hints.")
    var quiet = false

    @Flag(name: .customLong("no-color"), help: "No colours, as with NO_COLOR.")
    var noColor = false

    var isJSON: Bool { json || format == .json }

    /// The terminal that the answer is drawn for.
    var terminal: Terminal { .standardOutput(wantsColor: !noColor) }

    /// Refuses two formats at once.
    func validate() throws {
        if json, format == .table {
            throw ValidationError("--json and --format table exclude each other")
        }
    }
}
