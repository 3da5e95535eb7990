import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// Asks a snapshot what a page needs; every number of a page comes from here.
struct Reading {
    let request: PageRequest
    let snapshot: any StoreSnapshot
    /// The time axis that all charts of the page share.
    let axis: TimeAxis
    /// What numbers are compared with: the earlier period that was asked for, else the window of the
    /// same length before the page's; `nil` where the store's events begin later than that window does,
    /// since a part of a window is nothing to compare with.
    let before: TimeWindow?
    /// The axis of the earlier period, where one was asked for.
    private let earlierAxis: TimeAxis?
    /// What happened meanwhile, for all charts.
    let marks: [ChartMark]

    init(_ request: PageRequest, _ view: any StoreView) throws {
        self.request = request
        let snapshot = RememberingSnapshot(view)
        self.snapshot = snapshot
        let oldest = try snapshot.oldestEvent() ?? .distantFuture
        before = request.earlier ?? request.before.flatMap { oldest <= $0.since ? $0 : nil }
        let offsets = request.zone.offsets
        let window =
            request.isUnbounded ? try Self.filled(request, snapshot) : request.window
        axis = TimeAxis(window, TimeAxis.dimension(for: window), zone: offsets)
        marks = try ChartMark.all(in: window, view)
        let dimension = axis.dimension
        earlierAxis = request.earlier.map { TimeAxis($0, dimension, zone: offsets) }
    }

    /// The metrics of the page's window, or of another one.
    func report(
        by dimensions: [Dimension] = [],
        _ metrics: [Metric],
        in window: TimeWindow? = nil
    ) throws -> MetricReport {
        let window = window ?? request.window
        return try Self.report(
            request,
            by: dimensions,
            metrics: metrics,
            in: window,
            from: snapshot
        )
    }

    /// Metrics cut by time, and before that by another dimension; with the earlier period's, where one
    /// was asked for.
    func series(by dimension: Dimension? = nil, _ metrics: [Metric]) throws -> SeriesReading {
        let dimensions = (dimension.map { [$0] } ?? []) + [axis.dimension]
        var reading = SeriesReading(try report(by: dimensions, metrics), along: axis)
        if let earlierAxis, let window = request.earlier {
            let report = try report(by: dimensions, metrics, in: window)
            reading.compare(with: SeriesReading(report, along: earlierAxis))
        }
        return reading
    }

    private static func report(
        _ request: PageRequest,
        by dimensions: [Dimension],
        metrics: [Metric],
        in window: TimeWindow,
        from snapshot: any StoreSnapshot
    ) throws -> MetricReport {
        var query = MetricQuery(
            window: window,
            now: request.now,
            by: dimensions,
            filters: request.filters,
            metrics: metrics,
            zone: request.zone.offsets
        )
        query.countsQuality = false
        return try MetricsEngine.report(query, from: snapshot)
    }

    /// The part of an unbounded window that holds something.
    private static func filled(
        _ request: PageRequest,
        _ snapshot: any StoreSnapshot
    ) throws -> TimeWindow {
        let window = request.window
        let counts: [Metric] = [.requests, .llmCalls, .toolCalls]
        let days = try report(request, by: [.day], metrics: counts, in: window, from: snapshot)
        let moments = days.groups.compactMap { group -> Timestamp? in
            if case .moment(let moment)? = group.key.first { moment } else { nil }
        }
        guard let first = moments.min() else {
            return TimeWindow(since: window.until - Micros.day, until: window.until)
        }
        return TimeWindow(since: first, until: window.until)
    }
}
