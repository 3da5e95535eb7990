package import EventStorage
import GRDB
import Synchronization

extension SQLiteStore {
    /// What is stored of each day, counted from the rows.
    package func daySums() throws -> [DaySums] {
        try Self.mappingErrors(path) {
            try reader.read { db in
                let events = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT timestamp / 86400000000, count(*), sum(ifnull(uncached_input, 0)
                            + ifnull(cache_read, 0) + ifnull(cache_write, 0) + ifnull(cache_write_1h, 0)
                            + ifnull(output, 0)), sum(ifnull(cost, 0))
                        FROM events GROUP BY 1
                        """
                ).map { row in
                    var sums = DaySums(day: try row.value(0))
                    sums.events = try row.value(1)
                    sums.tokens = try row.value(2)
                    sums.cost = try row.value(3)
                    return sums
                }
                let requests = try Row.fetchAll(
                    db,
                    sql: """
                        SELECT ended_at / 86400000000, count(*), sum(ifnull(cost, 0)) FROM requests GROUP BY 1
                        """
                ).map { row in
                    var sums = DaySums(day: try row.value(0))
                    sums.requests = try row.value(1)
                    sums.requestCost = try row.value(2)
                    return sums
                }
                return DaySums.merged([events, requests])
            }
        }
    }

    /// Takes over what another store knows only from its rollups, since it has pruned the rows.
    ///
    /// Its other rows have to be here. One transaction; nothing where it has pruned nothing.
    ///
    /// `agents`: what it says of all of its agents.
    package func takePast(of source: any StoreView, agents: [WriterStanding.Agent]) throws {
        try writerState.withLock { state in
            state = WriterState()
            try write { db in
                let context = try WriteContext(db, WriterState())
                try MovedPast(of: source, agents: agents, into: context).store()
            }
        }
    }

    /// How many events have been sent, and how many there are.
    package func sendingProgress() throws -> (sent: Int64, total: Int64) {
        try Self.mappingErrors(path) {
            try reader.read { db in
                let total = try OutgoingTable.integer(EventTable.newestStored, db)
                return (try ClusterMember.load(db)?.events ?? 0, total)  // nothing was sent yet
            }
        }
    }
}
