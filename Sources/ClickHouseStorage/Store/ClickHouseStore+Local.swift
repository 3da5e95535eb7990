package import AgentEvents
package import EventStorage
package import Pricing

/// What is written goes to the local store.
extension ClickHouseStore {
    package func commit(_ batch: IngestBatch, now: Timestamp) throws -> CommitReport {
        try writable().commit(batch, now: now)
    }

    package func receipt(key: String) throws -> StoredReceipt? {
        try writable().receipt(key: key)
    }

    package func newestEventNumber() throws -> Int64 {
        try local?.newestEventNumber() ?? 0  // nothing is written here
    }

    package func forEachCall(
        above first: Int64,
        upTo last: Int64,
        _ body: ([CallUnit]) throws -> Void
    ) throws { try local?.forEachCall(above: first, upTo: last, body) }

    package func sync() throws { try writable().sync() }

    package func syncLog() throws { try writable().syncLog() }

    package func replaceThresholds(
        _ rows: [ThresholdRow],
        receivers: [ReceiverConfiguration]
    ) throws { try writable().replaceThresholds(rows, receivers: receivers) }

    package func prices() throws -> [ModelPrice] { try writable().prices() }

    package func positions() throws -> [SourcePosition] { try local?.positions() ?? [] }

    /// The sum of the versions of all writers.
    package func foreignChanges() throws -> Int64 {
        let versions: [UInt64] = try connection.all(
            "SELECT sum(version) FROM writers FINAL",
            operation: "looking for changes"
        ) { try $0.integer() }
        return versions.first.map { Int64(truncatingIfNeeded: $0) } ?? 0  // a sum gives a row
    }

    package func noteSources(_ notes: [SourceNote], now: Timestamp) throws {
        try writable().noteSources(notes, now: now)
    }

    package func forget(path: String) throws -> ForgottenSource? {
        try writable().forget(path: path)
    }

    package func backup(to path: String) throws {
        throw StoreError(
            .refused,
            operation: "backing up \(self.path)",
            cause: "this is done for SQLite files alone",
            hint: "use the server's own tools, or name the local store with --db"
        )
    }

    package func examine() throws -> [StoreFinding] { try writable().examine() }

    package func rebuildCells() throws -> Int64 { try writable().rebuildCells() }

    package func heartbeat(_ follower: FollowerHeartbeat?) throws {
        try writable().heartbeat(follower)
    }

    package func compactLog() throws { try writable().compactLog() }
}

extension ClickHouseStore: AlertStore {
    package func claimEvaluation(for length: Int64) throws -> EvaluationTurn {
        try lease().claim(for: length)
    }

    package func releaseEvaluation() throws { try lease().release() }

    private func lease() throws -> EvaluatorLease {
        let local = try writable()
        try prepare(local)
        guard let writer = try local.clusterName() else {
            preconditionFailure("a store that was prepared has a name")
        }
        return EvaluatorLease(connection: connection, writer: writer)
    }

    package func commit(_ cycle: AlertCycle) throws { try writable().commit(cycle) }

    package func add(_ silence: Silence) throws -> Int64 { try writable().add(silence) }

    package func expireSilence(_ id: Int64, at now: Timestamp) throws -> Bool {
        try writable().expireSilence(id, at: now)
    }

    package func pending(now: Timestamp) async throws -> [PendingDelivery] {
        try await writable().pending(now: now)
    }

    package func delivered(id: String, at now: Timestamp) async throws {
        try await writable().delivered(id: id, at: now)
    }

    package func failed(id: String, retryAt: Timestamp, error: String) async throws {
        try await writable().failed(id: id, retryAt: retryAt, error: error)
    }

    package func gaveUp(id: String, error: String, at now: Timestamp) async throws {
        try await writable().gaveUp(id: id, error: error, at: now)
    }

    package func counts() async throws -> [String: OutboxCount] {
        try await writable().counts()
    }
}
