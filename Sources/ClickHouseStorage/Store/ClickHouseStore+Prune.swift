import AgentEvents
package import EventStorage

/// Retention is one for all machines: what one of them prunes is gone on the server, and each machine follows with its
/// own file.
extension ClickHouseStore {
    package func prune(
        to horizon: RetentionHorizon,
        betweenSteps: () throws -> Void
    ) throws -> PruneReport {
        try prepare(writable())
        while try ship() { try betweenSteps() }
        let report = try withoutActuallyEscaping(betweenSteps) { betweenSteps in
            var pruning = ClusterPruning(connection, betweenSteps: betweenSteps)
            return try pruning.prune(to: horizon)
        }
        try keepToHorizon(betweenSteps: betweenSteps)
        return report
    }

    package func keepToHorizon(betweenSteps: () throws -> Void) throws {
        guard let local, try local.clusterName() != nil else { return }
        guard try follow(local) else { return }
        do {
            let horizon = try local.read { try $0.horizon() }
            _ = try local.prune(to: horizon, betweenSteps: betweenSteps)
        } catch let error as StoreError where error.code == .busy {
            // Something has come that was not sent yet: another time will do.
        }
    }

    /// Lets the local store take nothing from before the horizon any more; gives whether it has something from there.
    func follow(_ local: Local) throws -> Bool {
        let horizon = try ClusterRetention(connection: connection).state().horizon
        return try local.raiseHorizon(to: horizon)
    }
}
