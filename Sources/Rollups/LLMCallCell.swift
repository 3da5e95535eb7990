package import AgentEvents

/// What a cell holds of LLM calls, and of the retry events among them.
package struct LLMCallCell: CellValue {
    package static let series = CellSeries.llmCalls

    package private(set) var calls: Int64 = 0
    package private(set) var failed: Int64 = 0
    /// Retry events, and calls that count as one.
    package private(set) var retries: Int64 = 0
    /// Calls that succeeded and say nothing of tokens.
    package private(set) var missingUsage: Int64 = 0
    package private(set) var inconsistentUsage: Int64 = 0
    /// Microseconds.
    package private(set) var latency = Distribution()
    package private(set) var timeToFirstToken = Distribution()
    package private(set) var input = Total()
    package private(set) var output = Total()
    package private(set) var cacheRead = Total()
    package private(set) var cacheWrite = Total()
    /// Input tokens of the calls that know what was read from a cache.
    package private(set) var inputBesideCache = Total()
    /// Cache reads of the calls that know their input.
    package private(set) var cacheBesideInput = Total()
    /// Of the calls that know both.
    package private(set) var timedOutput = Total()
    package private(set) var outputTime = Total()
    /// Nano-dollars of the priced calls.
    package private(set) var cost = Total()

    package init() {}

    package var isEmpty: Bool { calls == 0 && retries == 0 }

    /// Where an LLM call or a retry event belongs.
    package static func key(of event: AgentEvent) -> CellKey {
        CellKey(
            series: series,
            agent: event.agent,
            subject: event.subject,
            provider: event.provider,
            code: event.errorClassCode
        )
    }

    /// Takes an LLM call or a retry event.
    package mutating func add(_ event: AgentEvent) {
        if event.flags.contains(.countsAsRetry) { retries += 1 }
        guard case .llmCall = event.kind else { return }
        calls += 1
        if !event.succeeded { failed += 1 }
        if event.flags.contains(.inconsistentUsage) { inconsistentUsage += 1 }
        if let value = event.latency.value { latency.add(value) }
        if let value = event.timeToFirstToken.value { timeToFirstToken.add(value) }
        if let value = event.cost.value { cost.add(value) }
        addTokens(event)
    }

    private mutating func addTokens(_ event: AgentEvent) {
        let input = event.totalInput
        if event.succeeded, input == nil, !event.output.isKnown { missingUsage += 1 }
        if let input { self.input.add(input) }
        if let read = event.cacheRead.value {
            cacheRead.add(read)
            if let input {
                inputBesideCache.add(input)
                cacheBesideInput.add(read)
            }
        }
        if event.cacheWrite.isKnown || event.cacheWriteHour.isKnown {
            // One lifetime being unknown leaves the other as all that was written.
            cacheWrite.add((event.cacheWrite.value ?? 0) + (event.cacheWriteHour.value ?? 0))
        }
        guard let tokens = event.output.value else { return }
        output.add(tokens)
        if let time = event.latency.value {
            timedOutput.add(tokens)
            outputTime.add(time)
        }
    }

    package mutating func merge(_ other: LLMCallCell) {
        calls += other.calls
        failed += other.failed
        retries += other.retries
        missingUsage += other.missingUsage
        inconsistentUsage += other.inconsistentUsage
        latency.merge(other.latency)
        timeToFirstToken.merge(other.timeToFirstToken)
        withTotals(of: other) { $0.merge($1) }
    }

    package mutating func subtract(_ other: LLMCallCell) throws -> Bool {
        guard other.calls <= calls, other.failed <= failed, other.retries <= retries else {
            throw CellError.notContained
        }
        calls -= other.calls
        failed -= other.failed
        retries -= other.retries
        missingUsage -= other.missingUsage
        inconsistentUsage -= other.inconsistentUsage
        try withTotals(of: other) { try $0.subtract($1) }
        let lostLatency = try latency.subtract(other.latency)
        let lostFirst = try timeToFirstToken.subtract(other.timeToFirstToken)
        return lostLatency || lostFirst
    }

    package mutating func takeExtremes(of recount: LLMCallCell) {
        latency.takeExtremes(of: recount.latency)
        timeToFirstToken.takeExtremes(of: recount.timeToFirstToken)
    }

    /// Hands over each total beside that of another cell, in the order in which they are stored.
    ///
    /// Not by key paths, which cost more than what is done with them.
    private mutating func withTotals(
        of other: LLMCallCell,
        _ body: (inout Total, Total) throws -> Void
    ) rethrows {
        try body(&input, other.input)
        try body(&output, other.output)
        try body(&cacheRead, other.cacheRead)
        try body(&cacheWrite, other.cacheWrite)
        try body(&inputBesideCache, other.inputBesideCache)
        try body(&cacheBesideInput, other.cacheBesideInput)
        try body(&timedOutput, other.timedOutput)
        try body(&outputTime, other.outputTime)
        try body(&cost, other.cost)
    }

    package func encode(into bytes: inout CellBytes) {
        for count in [calls, failed, retries, missingUsage, inconsistentUsage] { bytes.put(count) }
        bytes.put(latency)
        bytes.put(timeToFirstToken)
        for total in [
            input, output, cacheRead, cacheWrite, inputBesideCache, cacheBesideInput, timedOutput,
            outputTime, cost,
        ] { bytes.put(total) }
    }

    package init(from bytes: inout CellReader) throws {
        calls = try bytes.count()
        failed = try bytes.count()
        retries = try bytes.count()
        missingUsage = try bytes.count()
        inconsistentUsage = try bytes.count()
        latency = try bytes.distribution()
        timeToFirstToken = try bytes.distribution()
        try withTotals(of: LLMCallCell()) { total, _ in total = try bytes.total() }
    }
}
