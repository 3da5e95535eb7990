import EventDecoding

/// Reads a log in bursts, as a follower does: what a burst took of records that are pending is
/// rolled back and read again.
struct BurstReading {
    private(set) var records: [AssembledLog.Record] = []
    private(set) var bursts = 0
    /// How often a burst went back.
    private(set) var rollbacks = 0
    /// Whether what was rolled back was always what began at or behind the place gone back to.
    private(set) var agrees = true

    /// `lines`: tells of each burst how many lines it reads, at least 1; a burst that could not move
    /// is followed by one of twice as many.
    init(_ log: [UInt8], lines: () -> Int) {
        var reader = AssembledLog.Reader()
        var position: Int64 = 0
        var atLeast = 1
        while position < log.count {
            let start = position
            position = burst(log, from: start, max(atLeast, lines()), reader)
            atLeast = position == start ? atLeast * 2 : 1
            // Every other time by another process.
            if bursts.isMultiple(of: 2) { reader = AssembledLog.Reader() }
        }
    }

    /// Reads some lines and returns where the next burst begins.
    private mutating func burst(
        _ log: [UInt8],
        from start: Int64,
        _ most: Int,
        _ reader: AssembledLog.Reader
    ) -> Int64 {
        bursts += 1
        var taken: [AssembledLog.Record] = []
        var end = start
        var lines = 0
        var pending: Int64?
        var keptAtPending = 0
        AssembledLog.eachLine(of: log, from: start) { line, offset in
            taken += reader.take(line, offset: offset, length: Int64(line.count))
            if reader.assembler.pendingOffset != pending {
                pending = reader.assembler.pendingOffset
                keptAtPending = taken.count
            }
            end = offset + Int64(line.count) + 1
            lines += 1
            return lines < most
        }
        if end >= log.count {
            // No line will come any more.
            records += taken + reader.finish()
            return end
        }
        guard let pending else {
            records += taken
            return end
        }
        rollbacks += 1
        agrees =
            agrees && taken[..<keptAtPending].allSatisfy { $0.offset < pending }
            && taken[keptAtPending...].allSatisfy { $0.offset >= pending }
        records += taken[..<keptAtPending]
        reader.assembler.reset()
        return pending
    }
}
