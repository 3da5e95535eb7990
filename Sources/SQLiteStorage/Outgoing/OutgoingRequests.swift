import AgentEvents
import EventStorage
import GRDB
import Rollups

/// Reads requests with every name that they refer to.
struct OutgoingRequests {
    private let db: Database
    private var names: OutgoingNames
    private(set) var shipped = ShippedRequests()

    init(_ db: Database) {
        self.db = db
        names = OutgoingNames(db)
    }

    /// Adds the first requests of the ids with keys from one to another; the later ones are noted.
    mutating func add(above first: Int64, through last: Int64) throws {
        var rows: [RequestRow] = []
        try RequestRowReader.run(keys: first + 1..<last + 1, db) { rows += $0 }
        for row in rows where row.part == 0 { try add(row) }
    }

    /// Adds the requests at noted places; where they are no longer, they are gone.
    mutating func add(
        _ notes: [(place: ShippedRequests.Place, isRemoved: Bool)]
    ) throws {
        for (place, isRemoved) in notes {
            let rows = try RequestRowReader.rows(of: place.number, from: place.part, db)
            if let row = rows.first(where: { ShippedRequests.Place($0) == place }) {
                try add(row)
            } else if isRemoved {
                shipped.removed.append(place)
            }
        }
    }

    private mutating func add(_ stored: RequestRow) throws {
        var row = stored
        row.agent = try names.index(stored.agent.rawValue, &shipped.batch)
        row.user = try names.index(stored.user.rawValue, &shipped.batch)
        row.session = try names.index(stored.session.rawValue, &shipped.batch)
        shipped.rows.append(row)
        shipped.ids.append(try names.request(stored.key, &shipped.batch))
    }
}

extension ShippedRequests.Place {
    fileprivate init(_ row: RequestRow) {
        self.init(
            number: row.key,
            part: row.part,
            minute: BucketWidth.minute.bucket(holding: row.endedAt)
        )
    }
}
