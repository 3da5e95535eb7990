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
    /// The output of calls of which both tokens and time are known.
    package private(set) var timedOutput = Total()
    package private(set) var outputTime = Total()
    /// Nano-dollars of the priced calls.
    package private(set) var cost = Total()

    package init() {}

    package var units: Int64 { calls }
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

    /// The number of calls; the shape: whether none, all or some failed, then a bit each for what
    /// is not as it is with calls of which those that succeeded say everything; those counts that
    /// are unusual; and the values.
    package func encode(into bytes: inout CellBytes) {
        let usual = calls - failed
        var shape = CellShape()
        shape.note(failed, of: calls)
        let unusual = counts(usual).map { shape.note($0 != $1) }
        let other = others.map { shape.note($0 != $1) }
        let hasMarks = shape.note(retries + missingUsage + inconsistentUsage > 0)
        bytes.put(calls)
        bytes.put(shape.bits)
        if failed != 0, failed != calls { bytes.put(failed) }
        for (isUnusual, count) in zip(unusual, counts(usual)) where isUnusual { bytes.put(count.0) }
        bytes.put(valuesOf: latency)
        bytes.put(valuesOf: timeToFirstToken)
        for total in [input, output, cacheRead, cost, cacheWrite] { bytes.put(sumOf: total) }
        for (isOther, total) in zip(other, others) where isOther { bytes.put(total.0) }
        if hasMarks {
            for count in [retries, missingUsage, inconsistentUsage] { bytes.put(count) }
        }
    }

    /// The counts of the measures beside what they usually are.
    private func counts(_ usual: Int64) -> [(Int64, Int64)] {
        [
            (latency.count, calls), (timeToFirstToken.count, usual), (input.count, usual),
            (output.count, usual), (cacheRead.count, usual), (cost.count, usual),
            (cacheWrite.count, 0),
        ]
    }

    /// Totals beside those that they usually are.
    private var others: [(Total, Total)] {
        [
            (inputBesideCache, input), (cacheBesideInput, cacheRead), (timedOutput, output),
            (outputTime, typicalOutputTime),
        ]
    }

    private var typicalOutputTime: Total {
        latency.count == output.count ? Total(count: latency.count, sum: latency.sum) : Total()
    }

    package init(from bytes: inout CellReader) throws {
        calls = try bytes.count()
        var shape = try bytes.shape()
        failed = try shape.part(of: calls, &bytes)
        let usual = calls - failed
        let unusual = shape.nextSeven()
        var counts: InlineArray<7, Int64> = [calls, usual, usual, usual, usual, usual, 0]
        for index in counts.indices where unusual >> index & 1 == 1 {
            counts[index] = try bytes.count()
        }
        latency = try bytes.distribution(of: counts[0])
        timeToFirstToken = try bytes.distribution(of: counts[1])
        input = try bytes.total(of: counts[2])
        output = try bytes.total(of: counts[3])
        cacheRead = try bytes.total(of: counts[4])
        cost = try bytes.total(of: counts[5])
        cacheWrite = try bytes.total(of: counts[6])
        inputBesideCache = shape.next() ? try bytes.total() : input
        cacheBesideInput = shape.next() ? try bytes.total() : cacheRead
        timedOutput = shape.next() ? try bytes.total() : output
        outputTime = shape.next() ? try bytes.total() : typicalOutputTime
        guard shape.next() else { return }
        retries = try bytes.count()
        missingUsage = try bytes.count()
        inconsistentUsage = try bytes.count()
    }
}
