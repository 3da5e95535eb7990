package import AgentEvents
package import EventStorage
import GRDB
import Synchronization

extension SQLiteStore: HandoverStore {
    package func offer(_ ids: [SharedID], sentWith shipment: Shipment?) throws -> Bool {
        guard !ids.isEmpty else { return false }
        return try writerState.withLock { state in
            try write { db in
                guard let member = try ClusterMember.load(db) else { return false }
                var sent = member.events
                if let shipment, shipment.mark.table == OutgoingTable.newEvents.rawValue {
                    sent = max(sent, shipment.mark.last[0])
                }
                let context = try WriteContext(db, state)
                var interner = ByteInterner()
                for id in ids {
                    _ = id.id.withUnsafeBytes { interner.intern($0, prefix: nil) }
                }
                let keys = try context.withRequestHashes {
                    try RequestKeys(interner, known: $0, db)
                }
                var offered = 0
                for id in ids {
                    let index = Int(id.id.withUnsafeBytes { interner.intern($0, prefix: nil) })
                    guard keys.isStored(index) else { continue }
                    offered += try OfferTable.add(
                        chain: keys.lastEvents[index],
                        to: id.owner,
                        sent: sent,
                        db
                    )
                }
                return offered > 0
            }
        }
    }

    package func handoverState() throws -> HandoverState {
        try Self.mappingErrors(path) { try reader.read(HandoverMarks.load) }
    }

    package func take(_ handover: Handover, now: Timestamp) throws {
        var batch = IngestBatch()
        batch.events = handover.batch
        batch.sources = handover.sources.map {
            SourceProgress(startOffset: 0, position: .elsewhere($0))
        }
        batch.handover = handover.mark
        _ = try commit(batch, now: now)
    }

    package func release(takenBy owner: Int64, through number: Int64) throws -> Bool {
        var hasReleased = false
        while try releaseSome(takenBy: owner, through: number) { hasReleased = true }
        return hasReleased
    }

    /// The number of events that one transaction releases.
    private static let maxReleased = 2_000

    private func releaseSome(takenBy owner: Int64, through number: Int64) throws -> Bool {
        try writerState.withLock { state in
            // Ids of requests may be given out again.
            state = WriterState()
            return try write { db in
                let events = try OfferTable.events(
                    offeredTo: owner,
                    through: number,
                    max: Self.maxReleased,
                    db
                )
                guard !events.isEmpty else { return false }
                try EventRelease(events, try WriteContext(db, WriterState())).run()
                try OfferTable.remove(events, db)
                return true
            }
        }
    }

    package func noteAnswered(_ owner: Int64, version: Int64) throws {
        try write { try HandoverMarks.noteAnswered(owner, version: version, $0) }
    }
}
