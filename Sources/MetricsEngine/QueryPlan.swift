import AgentEvents
import Rollups

/// A plan of where the units of a window are read: whole buckets from cells, the rest from rows.
///
/// Each moment of the window lies in one of the parts.
struct QueryPlan: Sendable {
    private(set) var cells: [BucketRange] = []
    private(set) var rows: [TimeWindow] = []
    private let held: HeldQuarters

    /// `held`: what the store holds in the stretches that will be added.
    init(_ held: HeldQuarters) { self.held = held }

    /// Everything from rows.
    init(rows window: TimeWindow) {
        self.init(HeldQuarters())
        addRows(window)
    }

    /// Adds a stretch: the widest buckets that fit, and rows where not even a minute does or minutes
    /// have no cells.
    ///
    /// Stretches are added in order of time.
    mutating func add(_ window: TimeWindow, widest: BucketWidth = .day) {
        let widths = BucketWidth.allCases.filter { $0.length <= widest.length }
        add(window, widths[...])
    }

    /// Adds a stretch such that no bucket holds a border between two minutes, hours or days of
    /// local time.
    ///
    /// `length`: that of the minute, the hour or the day; `nil` where nothing is cut by time.
    mutating func add(_ window: TimeWindow, cutInto length: Int64?, zone: ZoneOffsets) {
        guard let length else { return add(window) }
        for (stretch, offset) in zone.stretches(in: window) {
            let fitting = BucketWidth.allCases.last { width in
                length % width.length == 0 && offset.modulo(width.length) == 0
            }
            if length >= Micros.day, fitting != .day {
                addDays(of: stretch, offset)
            } else if let fitting {
                add(stretch, widest: fitting)
            } else {
                addRows(stretch)
            }
        }
    }

    /// Adds the days of a stretch in which clocks are not moved, one by one.
    private mutating func addDays(of stretch: TimeWindow, _ offset: Int64) {
        var since = stretch.since
        while since < stretch.until {
            let left = Micros.day - (since.micros + offset).modulo(Micros.day)
            let until = min(since + left, stretch.until)
            add(TimeWindow(since: since, until: until), widest: .hour)
            since = until
        }
    }

    /// `widths`: from narrow to wide.
    private mutating func add(_ window: TimeWindow, _ widths: ArraySlice<BucketWidth>) {
        guard window.since < window.until else { return }
        guard let width = widths.last else { return addRows(window) }
        if width == .minute { return addMinutes(window) }
        addBuckets(window, width, narrower: widths.dropLast())
    }

    /// Adds a stretch as minutes where those have cells, as rows elsewhere.
    private mutating func addMinutes(_ window: TimeWindow) {
        var since = window.since
        while since < window.until {
            let quarter = BucketWidth.quarter.bucket(holding: since)
            let until = min(window.until, BucketWidth.quarter.start(of: quarter + 1))
            let part = TimeWindow(since: since, until: until)
            if held.hasMinutes(quarter) {
                addBuckets(part, .minute, narrower: [])
            } else {
                addRows(part)
            }
            since = until
        }
    }

    /// Adds the whole buckets of a width, and what is left at their ends.
    private mutating func addBuckets(
        _ window: TimeWindow,
        _ width: BucketWidth,
        narrower widths: ArraySlice<BucketWidth>
    ) {
        let first = width.bucket(holding: window.since + (width.length - 1))
        let last = width.bucket(holding: window.until)
        guard first < last else { return add(window, widths) }
        add(TimeWindow(since: window.since, until: width.start(of: first)), widths)
        addCells(BucketRange(width: width, buckets: first..<last))
        add(TimeWindow(since: width.start(of: last), until: window.until), widths)
    }

    private mutating func addCells(_ range: BucketRange) {
        if let last = cells.last, last.width == range.width,
            last.buckets.upperBound == range.buckets.lowerBound
        {
            let buckets = last.buckets.lowerBound..<range.buckets.upperBound
            cells[cells.count - 1].buckets = buckets
        } else {
            cells.append(range)
        }
    }

    private mutating func addRows(_ window: TimeWindow) {
        guard window.since < window.until else { return }
        if let last = rows.last, last.until == window.since {
            rows[rows.count - 1].until = window.until
        } else {
            rows.append(window)
        }
    }
}
