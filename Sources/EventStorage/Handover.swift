package import AgentEvents

/// A request id that several machines have logged, and the machine that gets the events of all.
package struct SharedID: Sendable, Equatable {
    package var id: [UInt8]
    /// The name of that machine's store.
    package var owner: Int64

    package init(id: [UInt8], owner: Int64) {
        self.id = id
        self.owner = owner
    }
}

/// Events that one machine hands over to another, as they were logged.
package struct Handover: Sendable {
    /// `AgentEvent.source` is an index into `sources`.
    package var batch = EventBatch()
    /// Paths of sources.
    package var sources: [String] = []
    package var mark: HandoverMark

    package init(mark: HandoverMark) { self.mark = mark }
}

/// Up to where the events were taken over that a machine has offered.
package struct HandoverMark: Sendable, Equatable {
    /// Whose events these are.
    package var writer: Int64
    /// The number of the offer that was taken last before; 0 where none was.
    package var after: Int64
    /// The number of the last offer that is taken now.
    package var through: Int64

    package init(writer: Int64, after: Int64, through: Int64) {
        self.writer = writer
        self.after = after
        self.through = through
    }
}

/// An event that a machine offers to another, which owns its request id.
package struct ShippedOffer: Sendable, Equatable {
    /// Counts the offers of a writer.
    package var number: Int64
    package var owner: Int64
    /// The writer's number of the event.
    package var event: Int64
    /// Since 1970, of its timestamp.
    package var minute: Int64

    package init(number: Int64, owner: Int64, event: Int64, minute: Int64) {
        self.number = number
        self.owner = owner
        self.event = event
        self.minute = minute
    }
}

/// What a store has heard from others.
package struct HandoverState: Sendable, Equatable {
    /// The number of the last offer that was taken of each writer.
    package var taken: [Int64: Int64] = [:]
    /// The version of each owner's last wish that was answered.
    package var answered: [Int64: Int64] = [:]

    package init() {}
}

/// A store that gives up request ids which another machine owns, and takes over those that it owns.
///
/// Events stay where they are until the owner has them: it takes a copy, and only when that stands where reports
/// read is the original released.
package protocol HandoverStore: Sendable {
    /// Offers the events of some ids, as far as they were sent, to the ids' owners; gives whether there were any that
    /// had not been offered yet.
    ///
    /// `shipment`: what has just been sent and is not acknowledged yet.
    func offer(_ ids: [SharedID], sentWith shipment: Shipment?) throws -> Bool

    func handoverState() throws -> HandoverState

    /// Stores events that another machine offers, in one transaction with how far that goes.
    ///
    /// - Throws: `StoreError` with code `moved` where they were taken already.
    func take(_ handover: Handover, now: Timestamp) throws

    /// Removes the events that an owner has taken over, with all that was made of them here; gives whether there were
    /// any.
    func release(takenBy owner: Int64, through number: Int64) throws -> Bool

    /// Notes that an owner's wishes were answered, up to a version.
    func noteAnswered(_ owner: Int64, version: Int64) throws
}
