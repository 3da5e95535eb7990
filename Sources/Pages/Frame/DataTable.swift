/// A table of a page, which scrolls sideways where there is no room.
struct DataTable: Sendable {
    /// The head of a column.
    struct Column: Sendable {
        var heading: String
        var isNumber = false
        /// Where the heading leads, to sort by it.
        var link: PageLink?
        /// Whether the rows are sorted by it, the largest first.
        var isSorted = false

        static func text(_ heading: String) -> Column { Column(heading: heading) }

        static func number(_ heading: String) -> Column {
            Column(heading: heading, isNumber: true)
        }
    }

    /// The caption for screen readers; shown where there is no title.
    var caption: String
    var columns: [Column]
    /// Each a list of cells.
    var rows: [[Markup]]
    /// What stands where there are no rows.
    var empty = "Nothing in this window."
    /// Classes of the rows, where they differ.
    var rowClasses: [String] = []

    var markup: Markup {
        guard !rows.isEmpty else { return Tag.p(.class("empty"), text: empty) }
        let body = rows.enumerated().map { index, cells in
            let name = index < rowClasses.count ? rowClasses[index] : ""
            return name.isEmpty
                ? Tag.tr { cells }
                : Tag.tr(.class(name)) { cells }
        }
        return ScrollBox.markup(labelled: caption) {
            Tag.table(.class("data")) {
                Tag.caption(.class("unseen"), text: caption)
                Tag.thead {
                    Tag.tr { columns.map(head) }
                }
                Tag.tbody { body }
            }
        }
    }

    private func head(_ column: Column) -> Markup {
        var attributes = [Attribute("scope", "col")]
        if column.isNumber { attributes.append(.class("number")) }
        if column.isSorted { attributes.append(Attribute("aria-sort", "descending")) }
        let text = column.isSorted ? "\(column.heading) ↓" : column.heading
        guard let link = column.link else { return Tag.th.with(attributes, [.text(text)]) }
        return Tag.th.with(attributes, [Tag.a(.href(link), text: text)])
    }
}

/// Room for what may be too wide or too high: scrolled by keys as well.
enum ScrollBox {
    static func markup(labelled label: String, @MarkupBuilder content: () -> [Markup]) -> Markup {
        let parts = content()
        return Tag.div(
            .class("scroll"),
            Attribute("tabindex", "0"),
            Attribute("role", "region"),
            .label(label)
        ) { parts }
    }
}

/// A titled part of a page.
struct Panel: Sendable {
    var id: String
    var title: String
    var note = ""
    var content: [Markup]

    var markup: Markup {
        Tag.section(
            .class("panel"),
            .id(id),
            Attribute("aria-labelledby", "\(id)-title")
        ) {
            [
                Tag.div(.class("panel-head")) {
                    Tag.h2(.id("\(id)-title"), text: title)
                    note.isEmpty ? .nothing : Tag.p(.class("note"), text: note)
                    content.contains(where: \.holdsTable) ? saving : .nothing
                }
            ] + content
        }
    }

    private var saving: Markup {
        Tag.button(
            .class("scripted"),
            Attribute("type", "button"),
            Attribute("data-do", "csv"),
            .label("\(title) as CSV"),
            text: "CSV"
        )
    }
}

/// A word that says how something is, with a colour that repeats it.
struct StateBadge: Sendable {
    /// What the colour says, too.
    enum Tone: String, Sendable {
        case good
        case near
        case bad
        case plain
    }

    var word: String
    var tone: Tone

    var markup: Markup { Tag.span(.class("badge \(tone.rawValue)"), text: word) }
}
