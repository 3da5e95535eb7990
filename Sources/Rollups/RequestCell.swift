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
    /// The extent of consecutive tool calls, over requests with a tool call.
    package private(set) var consecutiveToolCalls = Extent()

    package init() {}

    package var units: Int64 { requests }
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
        withMeasures(of: other, { $0.merge($1) }, { $0.merge($1) })
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
        try withMeasures(
            of: other,
            { hasLost = try $0.subtract($1) || hasLost },
            { hasLost = try $0.subtract($1) || hasLost }
        )
        return hasLost
    }

    package mutating func takeExtremes(of recount: RequestCell) {
        withMeasures(of: recount, { $0.takeExtremes(of: $1) }, { $0.takeExtremes(of: $1) })
    }

    /// Hands over each measure beside that of another cell, in the order in which they are stored.
    ///
    /// Not by key paths, which cost more than what is done with them.
    private mutating func withMeasures(
        of other: RequestCell,
        _ distribution: (inout Distribution, Distribution) throws -> Void,
        _ extent: (inout Extent, Extent) throws -> Void
    ) rethrows {
        try distribution(&latency, other.latency)
        try distribution(&tokens, other.tokens)
        try distribution(&cost, other.cost)
        try distribution(&contextUtilization, other.contextUtilization)
        try extent(&llmCalls, other.llmCalls)
        try extent(&repeatedToolCalls, other.repeatedToolCalls)
        try extent(&consecutiveToolCalls, other.consecutiveToolCalls)
    }

    /// The number of requests; the shape: whether none, all or some failed and escalated, then a
    /// bit each for measures that are not known of all of them; those counts that are unusual; and
    /// the values.
    package func encode(into bytes: inout CellBytes) {
        var shape = CellShape()
        shape.note(failed, of: requests)
        shape.note(escalated, of: requests)
        let unusual = counts.map { shape.note($0 != $1) }
        let hasMarks = shape.note(looping + reused > 0)
        bytes.put(requests)
        bytes.put(shape.bits)
        for part in [failed, escalated] where part != 0 && part != requests { bytes.put(part) }
        for (isUnusual, count) in zip(unusual, counts) where isUnusual { bytes.put(count.0) }
        for measure in [latency, tokens, cost, contextUtilization] { bytes.put(valuesOf: measure) }
        for extent in [llmCalls, consecutiveToolCalls, repeatedToolCalls] {
            bytes.put(valuesOf: extent)
        }
        if hasMarks { for count in [looping, reused] { bytes.put(count) } }
    }

    /// The counts of the measures beside what they usually are.
    private var counts: [(Int64, Int64)] {
        [
            (consecutiveToolCalls.count, requests),
            (repeatedToolCalls.count, consecutiveToolCalls.count), (latency.count, requests),
            (tokens.count, requests), (cost.count, requests),
            (contextUtilization.count, requests), (llmCalls.count, requests),
        ]
    }

    package init(from bytes: inout CellReader) throws {
        requests = try bytes.count()
        var shape = try bytes.shape()
        failed = try shape.part(of: requests, &bytes)
        escalated = try shape.part(of: requests, &bytes)
        let unusual = shape.nextSeven()
        let hasMarks = shape.next()
        var counts = InlineArray<7, Int64>(repeating: requests)
        for index in counts.indices {
            if index == 1 { counts[1] = counts[0] }
            if unusual >> index & 1 == 1 { counts[index] = try bytes.count() }
        }
        latency = try bytes.distribution(of: counts[2])
        tokens = try bytes.distribution(of: counts[3])
        cost = try bytes.distribution(of: counts[4])
        contextUtilization = try bytes.distribution(of: counts[5])
        llmCalls = try bytes.extent(of: counts[6])
        consecutiveToolCalls = try bytes.extent(of: counts[0])
        repeatedToolCalls = try bytes.extent(of: counts[1])
        guard hasMarks else { return }
        looping = try bytes.count()
        reused = try bytes.count()
    }
}
