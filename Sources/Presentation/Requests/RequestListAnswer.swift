import AgentEvents
package import EventStorage
import Rollups

/// A part of a list of requests, for programs and for people.
package struct RequestListAnswer: Sendable {
    private let query: RequestQuery
    private let list: RequestList
    private let named: NamedRequests
    private let page: Int
    private let limit: Int

    /// `page`: from 1, each of `limit` requests.
    ///
    /// - Throws: what the store throws.
    package init(_ query: RequestQuery, page: Int, limit: Int, from view: any StoreView) throws {
        (self.query, self.page, self.limit) = (query, page, limit)
        list = try query.list(
            from: view,
            skipping: (page - 1) * limit,
            limit: limit,
            countsAll: true
        )
        named = try NamedRequests(list, view)
    }

    /// The shape of `GET /api/v1/requests` and of `requests --json`.
    package var json: JSONValue {
        [
            "since": query.window.since == .distantPast ? .null : .time(query.window.since),
            "until": .time(query.window.until),
            "now": .time(query.now),
            "total": .integer(Int64(list.total)),
            "page": .integer(Int64(page)),
            "limit": .integer(Int64(limit)),
            "requests": .array(named.json),
        ]
    }

    /// A line a request, with the columns that JSON has as keys.
    package var csv: String {
        let members = named.json.map(Self.members)
        guard let first = members.first else { return "" }
        return ([first.map { JSONValue.string($0.key) }] + members.map { $0.map(\.value) })
            .map { CSVText.line($0) }.joined()
    }

    private static func members(_ value: JSONValue) -> [(key: String, value: JSONValue)] {
        guard case .object(let members) = value else { return [] }
        return members
    }

    /// A row a request, and how many there are.
    package func table(_ terminal: Terminal, zone: ZoneArgument, isQuiet: Bool) -> String {
        guard !named.entries.isEmpty else { return isQuiet ? "" : "No request matches.\n" }
        var table = TextTable([
            .text("ended", shrinksTo: nil), .text("request", shrinksTo: 12), .text("outcome"),
            .text("agent"), .number("took"), .number("calls"), .number("tokens"), .number("cost"),
            .text("marks"),
        ])
        for entry in named.entries { table.append(Self.row(entry, zone)) }
        let total = HumanNumber.counted(Int64(list.total), "request")
        let note = "\(HumanNumber.grouped(Int64(named.entries.count))) of \(total)\n"
        return table.text(terminal) + (isQuiet ? "" : terminal.palette.paint(note, .faint))
    }

    private static func row(_ named: NamedRequests.Entry, _ zone: ZoneArgument) -> [TextTable.Cell]
    {
        let (row, status) = (named.request.row, named.request.status)
        let cost = row.cost.value.map { HumanNumber.dollars(Double($0) / 1e9) }
        return [
            TextTable.Cell(row.endedAt.readable(in: zone.offsets)),
            TextTable.Cell(named.id ?? HumanNumber.none),
            TextTable.Cell(status.word, status.failed ? .bad : .plain),
            TextTable.Cell(named.agent ?? WhereExpression.none),
            TextTable.Cell(
                status.latency.map { HumanNumber.duration(micros: Double($0)) } ?? HumanNumber.none
            ),
            TextTable.Cell(HumanNumber.grouped(row.llmCalls + row.toolCalls)),
            TextTable.Cell(row.tokens.map(HumanNumber.grouped) ?? HumanNumber.none),
            TextTable.Cell((cost ?? HumanNumber.none) + (row.isPartlyUnpriced ? " +?" : "")),
            TextTable.Cell(named.request.marks, .near),
        ]
    }
}
