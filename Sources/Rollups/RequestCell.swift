import AgentEvents

/// What a cell holds of closed requests.
package struct RequestCell: CellValue {
    package static let series = CellSeries.requests

    package private(set) var requests: Int64 = 0
    package private(set) var failed: Int64 = 0
    package private(set) var escalated: Int64 = 0
    package private(set) var looping: Int64 = 0
    /// Those that are not the first of their id.
    package private(set) var reused: Int64 = 0
    /// Microseconds.
    package private(set) var latency = Distribution()
    /// Input and output tokens together.
    package private(set) var tokens = Distribution()
    /// Nano-dollars.
    package private(set) var cost = Distribution()
    /// 1e-9 of the window.
    package private(set) var contextUtilization = Distribution()
    package private(set) var llmCalls = Extent()
    package private(set) var repeatedToolCalls = Extent()
    /// Of the requests with a tool call.
    package private(set) var consecutiveToolCalls = Extent()

    package init() {}

    package var isEmpty: Bool { requests == 0 }

    /// Where a request belongs.
    package static func key(of row: RequestRow, _ status: RequestStatus) -> CellKey {
        CellKey(series: series, agent: row.agent, code: status.outcome.code)
    }

    /// Takes a request as it is once it has closed.
    package mutating func add(_ row: RequestRow, _ status: RequestStatus) {
        requests += 1
        if status.failed { failed += 1 }
        if status.escalated { escalated += 1 }
        if row.isLooping { looping += 1 }
        if row.part > 0 { reused += 1 }
        if let value = status.latency { latency.add(value) }
        if let value = row.tokens { tokens.add(value) }
        if let value = row.cost.value { cost.add(value) }
        if let value = row.contextUtilization.value { contextUtilization.add(value) }
        llmCalls.add(row.llmCalls)
        if let value = row.repeatedToolCalls.value { repeatedToolCalls.add(value) }
        if row.toolCalls > 0 { consecutiveToolCalls.add(row.consecutiveToolCalls) }
    }

    package mutating func merge(_ other: RequestCell) {
        requests += other.requests
        failed += other.failed
        escalated += other.escalated
        looping += other.looping
        reused += other.reused
        for measure in Self.distributions { self[keyPath: measure].merge(other[keyPath: measure]) }
        for measure in Self.extents { self[keyPath: measure].merge(other[keyPath: measure]) }
    }

    package mutating func subtract(_ other: RequestCell) throws -> Bool {
        guard other.requests <= requests, other.failed <= failed, other.escalated <= escalated,
            other.looping <= looping, other.reused <= reused
        else { throw CellError.notContained }
        requests -= other.requests
        failed -= other.failed
        escalated -= other.escalated
        looping -= other.looping
        reused -= other.reused
        var hasLost = false
        for measure in Self.distributions
        where try self[keyPath: measure].subtract(other[keyPath: measure]) { hasLost = true }
        for measure in Self.extents
        where try self[keyPath: measure].subtract(other[keyPath: measure]) { hasLost = true }
        return hasLost
    }

    package mutating func takeExtremes(of recount: RequestCell) {
        for measure in Self.distributions {
            self[keyPath: measure].takeExtremes(of: recount[keyPath: measure])
        }
        for measure in Self.extents {
            self[keyPath: measure].takeExtremes(of: recount[keyPath: measure])
        }
    }

    private static let distributions: [any WritableKeyPath<RequestCell, Distribution> & Sendable] =
        [
            \.latency, \.tokens, \.cost, \.contextUtilization,
        ]
    private static let extents: [any WritableKeyPath<RequestCell, Extent> & Sendable] = [
        \.llmCalls, \.repeatedToolCalls, \.consecutiveToolCalls,
    ]

    package func encode(into bytes: inout CellBytes) {
        for count in [requests, failed, escalated, looping, reused] { bytes.put(count) }
        for measure in Self.distributions { bytes.put(self[keyPath: measure]) }
        for measure in Self.extents { bytes.put(self[keyPath: measure]) }
    }

    package init(from bytes: inout CellReader) throws {
        requests = try bytes.count()
        failed = try bytes.count()
        escalated = try bytes.count()
        looping = try bytes.count()
        reused = try bytes.count()
        for measure in Self.distributions { self[keyPath: measure] = try bytes.distribution() }
        for measure in Self.extents { self[keyPath: measure] = try bytes.extent() }
    }
}
