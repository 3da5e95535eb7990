import AgentEvents
import EventStorage
import Rollups

/// The rows of `agents` and `writers` that a shipment makes.
extension RowBinaryWriter {
    static let agentColumns = "writer, agent, version, ends_tasks_since, completed, decided"

    mutating func put(_ agent: WriterStanding.Agent, of shipment: Shipment) {
        put(shipment.writer)
        put(text: Array((agent.name ?? "").utf8))  // without characters is none
        put(shipment.version)
        put(optional: agent.endsTasksSince?.micros)
        put(agent.completed)
        put(agent.decided)
    }

    static let writerColumns = """
        writer, version, events, requests, oldest_event, newest_event, folded_names, idle_timeout,
        unfinished_after, request_gap, reopen_within, loop_limit
        """

    mutating func put(_ standing: WriterStanding, of shipment: Shipment) {
        put(shipment.writer)
        put(shipment.version)
        put(standing.events)
        put(standing.requests)
        put(optional: standing.oldestEvent?.micros)
        put(optional: standing.newestEvent?.micros)
        put(standing.foldedNames)
        let settings = standing.settings
        for value in [
            settings.idleTimeout, settings.unfinishedAfter, settings.requestGap,
            settings.reopenWithin, settings.loopLimit,
        ] { put(value) }
    }
}
