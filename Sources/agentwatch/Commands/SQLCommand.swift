import ArgumentParser
import EventStorage
import Pipeline
import Presentation

/// `agentwatch sql`.
struct SQLCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sql",
        abstract: "Read-only SQL on the store.",
        discussion: """
            One statement that reads; the rest is refused, and after 30 seconds it is stopped. The \
            views llm_calls, tool_calls and request_summary are made for it; p50(x), p95(x), p99(x) \
            and quantile(x, q) are aggregate functions.

            EXAMPLES
              agentwatch sql 'SELECT model, count(*), p95(latency_ms) FROM llm_calls GROUP BY model'
              agentwatch sql 'SELECT * FROM request_summary WHERE failed LIMIT 10' --json
            """
    )

    @Argument(help: "One SELECT statement.")
    var query: String

    @OptionGroup var common: CommonOptions
    private static let seconds = 30

    /// Runs the query and writes its rows.
    func run() throws {
        if common.output.isJSON {
            try writeJSON()
        } else {
            try writeTable()
        }
    }

    /// Row by row, however many there are.
    private func writeJSON() throws {
        var count = 0
        try StoreChoice.query(query, database: common.database, seconds: Self.seconds) { columns in
            let names = JSONWriter.line(.array(columns.map(JSONValue.string)))
            try Output.write("{\n  \"columns\": \(names),\n  \"rows\": [")
        } onRow: { row in
            let values = JSONWriter.line(.array(row.map(SQLRows.json)))
            try Output.write("\(count == 0 ? "" : ",")\n    \(values)")
            count += 1
        }
        try Output.write(count == 0 ? "]\n}\n" : "\n  ]\n}\n")
    }

    private func writeTable() throws {
        var rows = SQLRows()
        do {
            try StoreChoice.query(query, database: common.database, seconds: Self.seconds) {
                rows.columns = $0
            } onRow: {
                try rows.append($0)
            }
        } catch is SQLRows.Full {
            // The rows so far are the answer; a note says that there are more.
        }
        let terminal = common.output.terminal
        try Output.write(rows.table().text(terminal))
        if rows.isFull, !common.output.quiet {
            Output.complain(
                "The first \(HumanNumber.grouped(Int64(SQLRows.maxRows))) rows; --json gives all."
            )
        }
    }
}
