import AgentEvents
import EventStorage
import MetricsEngine

/// The sources one by one, by path, with what tells their files from others.
package struct SourceList {
    package var sources: [SourceState]
    package var terminal: Terminal

    package init(sources: [SourceState], terminal: Terminal) {
        self.sources = sources
        self.terminal = terminal
    }

    /// A row a source; nothing where there is none.
    package func text() -> String {
        var table = TextTable([
            .path("source"), .number("generation"), .number("offset"), .number("size"),
            .number("unread"), .number("lines"), .text("first seen", shrinksTo: nil),
            .text("last read", shrinksTo: nil), .number("device:inode"), .text("", shrinksTo: 12),
        ])
        for source in sources {
            let position = source.stored.position
            table.append([
                TextTable.Cell(SourceName.short(position.path, for: terminal)),
                TextTable.Cell(HumanNumber.grouped(position.generation)),
                TextTable.Cell(HumanNumber.grouped(position.offset)),
                TextTable.Cell(HumanNumber.grouped(source.size)),
                TextTable.Cell(source.lag.map(HumanNumber.grouped) ?? HumanNumber.none),
                TextTable.Cell(HumanNumber.grouped(source.stored.ledger.lines)),
                TextTable.Cell(source.stored.firstRead.readable(in: .utc)),
                TextTable.Cell(source.stored.lastRead.readable(in: .utc)),
                TextTable.Cell("\(position.device):\(position.inode)"),
                note(source),
            ])
        }
        guard !table.isEmpty else { return "" }
        // The note is the last column; a table that has no room goes without what stands before it.
        return table.dropping(table.fits(terminal) ? 0 : table.overflow(terminal, kept: 2))
            .text(terminal)
    }

    private func note(_ source: SourceState) -> TextTable.Cell {
        if let problem = source.problem { return TextTable.Cell(problem, .bad) }
        let position = source.stored.position
        guard position.seenAt != position.path else {
            return TextTable.Cell(position.identity, .faint)
        }
        let place = SourceName.short(position.seenAt, for: terminal)
        return TextTable.Cell("now at \(place), \(position.identity)", .faint)
    }
}
