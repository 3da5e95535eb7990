package import AgentEvents
import EventStorage

/// Sources for reading: those that need a look first, then those that were read last.
package struct SourceTable {
    package var now: Timestamp
    package var terminal: Terminal

    package init(now: Timestamp, terminal: Terminal) {
        self.now = now
        self.terminal = terminal
    }

    /// How many sources a terminal is filled with.
    package static let maxRows = 50

    /// One column: how it looks, what stands in it, and how soon it goes where there is no room.
    private struct Column {
        var layout: TextTable.Column
        /// Those with the highest rank go first; 0 stays.
        var rank: Int
        var cell: (SourceState) -> TextTable.Cell
    }

    /// The table of at most `most` sources, with a summary of the others; of all of them where
    /// `most` is `nil`.
    package func text(_ sources: [SourceState], most: Int?) -> String {
        guard !sources.isEmpty else { return "" }
        let ordered = Self.ordered(sources)
        let shown = ordered.prefix(most ?? ordered.count)
        return table(Array(shown)) + rest(Array(ordered.dropFirst(shown.count)))
    }

    /// Problems, then what waits longest, then what was read last.
    private static func ordered(_ sources: [SourceState]) -> [SourceState] {
        sources.sorted { left, right in
            let ranks = (rank(left), rank(right))
            if ranks.0 != ranks.1 { return ranks.0 < ranks.1 }
            let waits = (left.waiting ?? .max, right.waiting ?? .max)
            if waits.0 != waits.1 { return waits.0 > waits.1 }
            if left.stored.lastRead != right.stored.lastRead {
                return left.stored.lastRead > right.stored.lastRead
            }
            let (one, other) = (left.stored.position, right.stored.position)
            return (one.path, -one.generation) < (other.path, -other.generation)
        }
    }

    private static func rank(_ source: SourceState) -> Int {
        switch source.standing {
        case .failed: 0
        case .behind: 1
        case .read: 2
        }
    }

    private func rest(_ sources: [SourceState]) -> String {
        guard !sources.isEmpty else { return "" }
        let failed = sources.count { $0.standing == .failed }
        let behind = sources.count { $0.standing == .behind }
        let counts = [(failed, "with a problem"), (behind, "behind")].filter { $0.0 > 0 }
            .map { "\(HumanNumber.grouped(Int64($0.0))) \($0.1)" }
        let states = counts.isEmpty ? "all read" : counts.joined(separator: ", ")
        let text =
            "and \(HumanNumber.grouped(Int64(sources.count))) more, \(states); --all shows them"
        return terminal.palette.paint(text, .faint) + "\n"
    }

    /// The table with as many columns as fit into the terminal.
    private func table(_ sources: [SourceState]) -> String {
        var columns = columns
        while true {
            var table = TextTable(columns.map(\.layout))
            for source in sources { table.append(columns.map { $0.cell(source) }) }
            let last = columns.map(\.rank).max()
            guard let last, last > 0, !table.fits(terminal) else { return table.text(terminal) }
            columns.removeAll { $0.rank == last }
        }
    }

    private var columns: [Column] {
        [
            Column(layout: .path("source"), rank: 0) { TextTable.Cell(name($0)) },
            Column(layout: .number("unread"), rank: 0) { source in
                let text = source.lag.map(HumanNumber.bytes) ?? HumanNumber.none
                return TextTable.Cell(text, source.standing == .read ? .faint : .near)
            },
            Column(layout: .number("waits"), rank: 3) { source in
                let waits = source.waiting.map { $0 == 0 ? "" : HumanNumber.age(micros: $0) }
                return TextTable.Cell(waits ?? HumanNumber.none, .near)
            },
            Column(layout: .number("lines/s"), rank: 4) { source in
                TextTable.Cell(source.rate == 0 ? HumanNumber.none : HumanNumber.short(source.rate))
            },
            Column(layout: .number("last read"), rank: 2) { source in
                let age = max(0, now.micros - source.stored.lastRead.micros)
                return TextTable.Cell("\(HumanNumber.calmAge(micros: age)) ago")
            },
            Column(layout: .number("lines"), rank: 5) {
                TextTable.Cell(HumanNumber.grouped($0.stored.ledger.lines))
            },
            Column(layout: .number("rejected"), rank: 6) { source in
                let rejected = source.stored.ledger.rejected
                return TextTable.Cell(HumanNumber.grouped(rejected), rejected > 0 ? .near : .plain)
            },
            Column(layout: .number("size"), rank: 7) {
                TextTable.Cell(HumanNumber.bytes($0.size))
            },
            Column(layout: .text("", shrinksTo: 16), rank: 1) { source in
                source.problem.map { TextTable.Cell($0, .bad) }
                    ?? TextTable.Cell(source.stored.position.identity, .faint)
            },
        ]
    }

    /// Where it lies, and which one it is where its path had several.
    package func name(_ source: SourceState) -> String {
        let position = source.stored.position
        let generation = position.generation > 0 ? " (\(position.generation + 1).)" : ""
        return SourceName.short(position.seenAt, for: terminal) + generation
    }
}
