import AgentEvents

/// Rows under headings, aligned by what they show, cut to a width.
package struct TextTable {
    /// What stands in a cell, and how it looks.
    package struct Cell {
        package var text: String
        package var style: TextStyle

        /// Makes the text safe, so that no cell can hold control characters.
        package init(_ text: String, _ style: TextStyle = .plain) {
            self.text = SafeText.line(text)
            self.style = style
        }
    }

    /// One column; which side its cells lean to, and whether it may be cut.
    package struct Column {
        package var heading: String
        package var isNumber: Bool
        /// The least width that it is cut to where the table is too wide; `nil` is never cut.
        package var shrinksTo: Int?
        /// Whether its end is kept where it is cut.
        package var keepsEnd = false

        /// Text, which is cut where there is no room.
        package static func text(_ heading: String, shrinksTo: Int? = 8) -> Column {
            Column(heading: heading, isNumber: false, shrinksTo: shrinksTo)
        }

        /// A path, of which the end tells most; it gives way before other texts.
        package static func path(_ heading: String) -> Column {
            Column(heading: heading, isNumber: false, shrinksTo: 20, keepsEnd: true)
        }

        /// Right-aligned, never cut.
        package static func number(_ heading: String) -> Column {
            Column(heading: heading, isNumber: true, shrinksTo: nil)
        }
    }

    private var columns: [Column]
    private var rows: [[Cell]] = []
    package var indent = 0
    package static let gap = 2
    private static let longText = 32

    package init(_ columns: [Column]) { self.columns = columns }

    /// Adds a row with a cell for every column.
    package mutating func append(_ row: [Cell]) {
        precondition(row.count == columns.count)
        rows.append(row)
    }

    package var isEmpty: Bool { rows.isEmpty }

    /// Whether it has room when its texts are cut as far as they may be; a pipe has room for all.
    package func fits(_ terminal: Terminal) -> Bool {
        guard terminal.cutsText else { return true }
        let least = zip(columns, naturalWidths).map { min($0.shrinksTo ?? $1, $1) }
        return indent + least.reduce(0, +) + Self.gap * max(0, least.count - 1) <= terminal.width
    }

    /// How many columns at the right end have no room, the first `kept` being shown in any case.
    ///
    /// Columns go before texts are cut, unless those are very long.
    package func overflow(_ terminal: Terminal, kept: Int) -> Int {
        let widths = naturalWidths.map { min($0, Self.longText) }
        var total = indent + widths.prefix(kept).reduce(0, +) + Self.gap * max(0, kept - 1)
        for index in widths.indices.dropFirst(kept) {
            total += Self.gap + widths[index]
            if total > terminal.width { return widths.count - index }
        }
        return 0
    }

    /// The table without its last columns.
    package func dropping(_ count: Int) -> TextTable {
        var table = self
        table.columns.removeLast(count)
        table.rows = rows.map { Array($0.dropLast(count)) }
        return table
    }

    /// The lines, each with its line end; no heading line where all headings are empty.
    package func text(_ terminal: Terminal) -> String {
        let widths = fittedWidths(terminal)
        let headings = columns.map { Cell($0.heading, .faint) }
        let hasHeadings = columns.contains { !$0.heading.isEmpty }
        let lines = (hasHeadings ? [headings] : []) + rows
        return lines.map { line($0, widths: widths, palette: terminal.palette) + "\n" }.joined()
    }

    private func line(_ row: [Cell], widths: [Int], palette: Palette) -> String {
        var line = String(repeating: " ", count: indent)
        var pending = 0
        for (index, cell) in row.enumerated() {
            let column = columns[index]
            let text = DisplayWidth.fitted(cell.text, widths[index], keepsEnd: column.keepsEnd)
            let padding = widths[index] - DisplayWidth.of(text)
            let (left, right) = column.isNumber ? (padding, 0) : (0, padding)
            if !text.isEmpty {
                line +=
                    String(repeating: " ", count: pending + left) + palette.paint(text, cell.style)
                pending = right + Self.gap
            } else {
                pending += padding + Self.gap
            }
        }
        return line
    }

    /// The widths of all columns where nothing is cut.
    private var naturalWidths: [Int] {
        columns.indices.map { index in
            rows.reduce(DisplayWidth.of(columns[index].heading)) {
                max($0, DisplayWidth.of($1[index].text))
            }
        }
    }

    /// The widths of all columns; where texts are cut, the widest ones first, until all fit.
    private func fittedWidths(_ terminal: Terminal) -> [Int] {
        var widths = naturalWidths
        guard terminal.cutsText else { return widths }
        let gaps = Self.gap * max(0, widths.count - 1)
        var excess = indent + widths.reduce(0, +) + gaps - terminal.width
        while excess > 0 {
            let shrinking = columns.indices.filter { index in
                columns[index].shrinksTo.map { widths[index] > $0 } == true
            }
            let paths = shrinking.filter { columns[$0].keepsEnd }
            let first = paths.isEmpty ? shrinking : paths
            guard let widest = first.max(by: { widths[$0] < widths[$1] }) else { break }
            widths[widest] -= 1
            excess -= 1
        }
        return widths
    }
}
