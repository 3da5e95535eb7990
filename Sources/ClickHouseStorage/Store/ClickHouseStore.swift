package import AgentEvents
package import EventStorage
import Synchronization

/// The store of many machines: one database on a server, and on each machine that writes a local store.
///
/// Everything is written to the local store, as it is on one machine, which folds, counts and remembers; what
/// that makes of it is then sent to the server, where the machines' rows lie side by side. Reports read from the
/// server; rules, alerts, messages and positions of files are the local store's.
package final class ClickHouseStore<Local: EventStore & AlertStore & ShippingStore>: EventStore {
    let connection: ServerConnection
    /// `nil` where nothing is written and there is no file.
    let local: Local?
    private let password: ServerPassword?
    /// The name that the local store gets, unless it has one.
    private let writer: Int64
    /// Whether the server is known to have our tables, and to be the one that the local store belongs to.
    private let isReady: Mutex<Bool>

    package var path: String { connection.address.description }

    private init(
        _ connection: ServerConnection,
        password: ServerPassword?,
        local: Local?,
        writer: Int64 = 0,
        isReady: Bool
    ) {
        self.connection = connection
        self.writer = writer
        self.password = password
        self.local = local
        self.isReady = Mutex(isReady)
    }

    /// Opens a database for reading.
    ///
    /// `local`: gives rules and what else the server does not have. `control`: says whether queries should go
    /// on.
    ///
    /// - Throws: `StoreError`, with code `missing` where agentwatch has not written to it.
    package static func openForReading(
        _ address: ServerAddress,
        password: ServerPassword?,
        local: Local?,
        control: QueryControl? = nil
    ) throws -> ClickHouseStore {
        let connection = ServerConnection(address, password: password, control: control)
        try ServerSchema.check(connection)
        return ClickHouseStore(connection, password: password, local: local, isReady: true)
    }

    /// Makes a database and its tables where there are none.
    ///
    /// - Throws: `StoreError`
    package static func makeTables(_ address: ServerAddress, password: ServerPassword?) throws {
        try ServerSchema.create(
            ServerConnection(address, password: password),
            password: password
        )
    }

    /// Opens a database for writing, and makes it where there is none.
    ///
    /// A local store that has been here before is opened also while the server is away.
    ///
    /// `writer`: the name that the local store gets in the database, unless it has one.
    package static func openForWriting(
        _ address: ServerAddress,
        password: ServerPassword?,
        local: Local,
        writer: Int64
    ) throws -> ClickHouseStore {
        let connection = ServerConnection(address, password: password)
        let store = ClickHouseStore(
            connection,
            password: password,
            local: local,
            writer: writer,
            isReady: false
        )
        do {
            try store.prepare(local)
        } catch let error as StoreError where error.code == .io {
            // What is written meanwhile is kept in the local store, where that notes it.
            guard try local.clusterName() != nil else { throw error }
        }
        return store
    }

    /// Makes the tables where there are none, and sees that the local store belongs to them.
    func prepare(_ local: Local) throws {
        try isReady.withLock { isReady in
            guard !isReady else { return }
            try ServerSchema.create(connection, password: password)
            if try local.clusterName() == nil {
                // What is gone here already will never be there.
                let horizon = try local.read { try $0.horizon() }
                try ClusterRetention(connection: connection).raise(to: horizon)
            }
            try local.joinCluster(as: writer, of: ServerSchema.databases(connection))
            _ = try follow(local)
            isReady = true
        }
    }

    package func read<T>(_ body: (any StoreView) throws -> T) throws -> T {
        try body(ClickHouseSnapshot(connection, local: local))
    }

    package func ship() throws -> Bool {
        guard let local else { return false }
        return try local.withShippingLock {
            guard let shipment = try local.nextShipment() else { return false }
            try prepare(local)
            try ShipmentWriter(connection: connection).store(shipment)
            if case .events(let events) = shipment.rows, events.areNew {
                let shared = try SharedIDs(connection, local, writer: shipment.writer)
                try shared.settle(events, of: shipment)
            }
            try local.acknowledge(shipment)
            return true
        }
    }

    package func learn(now: Timestamp) throws -> Bool {
        guard let local, let writer = try local.clusterName() else { return false }
        let agents = try ClickHouseSnapshot.endsTasksSince(connection, besides: writer)
        let hasLearned = try local.learn(endsTasksSince: agents)
        return try local.withShippingLock {
            let hasChanged = try SharedIDs(connection, local, writer: writer).exchange(now: now)
            return hasLearned || hasChanged
        }
    }

    package func sendingMachines() throws -> Int64 {
        let own = try local?.clusterName() ?? 0  // who does not write has no name
        let others = try connection.number(
            """
            SELECT toInt64(count()) FROM writers FINAL
            WHERE sent_at > now() - 3600 AND writer != \(own)
            """,
            operation: "counting machines"
        )
        return others + 1
    }

    /// The local store, for what is written.
    func writable() throws -> Local {
        if let local { return local }
        throw StoreError(
            .refused,
            operation: "writing to \(path)",
            cause: "it was opened for reading",
            hint: "this is a mistake in agentwatch; please report it"
        )
    }
}
