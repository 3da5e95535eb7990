import AgentEvents
import GRDB
import Rollups

/// Stores what folding made: the rows of requests, and the stored events that it changed.
enum FoldedRows {
    /// How many more requests there are now.
    static func store(_ fold: BatchFold, _ db: Database) throws -> Int64 {
        try RequestColumns.insert(db, fold.newRows, texts: TextArena())
        let delete = try db.cachedStatement(
            sql: "DELETE FROM requests WHERE request = ? AND part >= ?"
        )
        var replaced = 0
        for (key, firstPart) in fold.replacements.sorted(by: { $0.key < $1.key }) {
            try delete.execute(arguments: [key, firstPart])
            replaced += db.changesCount
        }
        try RequestColumns.insert(db, fold.replacedRows, texts: TextArena())
        try storeChanges(fold.changes, db)
        return Int64(fold.newRows.count + fold.replacedRows.count - replaced)
    }

    private static func storeChanges(_ changes: [EventChange], _ db: Database) throws {
        let update = try db.cachedStatement(
            sql: "UPDATE events SET agent = ?, user = ?, session = ?, flags = ? WHERE id = ?"
        )
        for change in changes {
            let event = change.event
            try update.execute(arguments: [
                orNull(event.agent), orNull(event.user), orNull(event.session),
                event.flags.rawValue, change.id,
            ])
        }
    }

    private static func orNull(_ name: NameIndex) -> UInt32? { name.isNone ? nil : name.rawValue }
}
