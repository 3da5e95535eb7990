import MetricsEngine
import Presentation

/// The agents, models and tools whose numbers moved most against the window before.
struct Movers: Sendable {
    /// One number that moved.
    struct Move: Sendable {
        var dimension: Dimension
        var name: KeyValue
        var trend: Trend
        /// How much it matters: how far it moved, weighed by how much of the work it is.
        var weight: Double
    }

    /// What is compared, and which count says how much of the work a name does.
    private static let compared: [(dimension: Dimension, volume: Metric, metrics: [Metric])] = [
        (
            .agent, .requests,
            [.requests, .errorRate, .requestLatencyP95, .cost]
        ),
        (
            .model, .llmCalls,
            [.llmCalls, .llmErrorRate, .llmLatencyP95, .cost]
        ),
        (.tool, .toolCalls, [.toolCalls, .toolSuccessRate, .toolLatencyP95]),
    ]
    private static let maxMoves = 8
    private static let maxPerMetric = 3
    /// Values over fewer units move by chance.
    private static let minSampleSize = 20
    /// Less than this is noise.
    private static let minWeight = 0.05

    private(set) var moves: [Move] = []

    init(_ reading: Reading) throws {
        guard let before = reading.before else { return }
        for (dimension, volume, metrics) in Self.compared {
            let now = try reading.report(by: [dimension], metrics)
            let past = try reading.report(by: [dimension], metrics, in: before)
            moves += Self.moves(dimension, volume: volume, now: now, past: past)
        }
        moves.sort { ($0.weight, $1.trend.metric.name) > ($1.weight, $0.trend.metric.name) }
        moves = Self.varied(moves.prefix { $0.weight >= Self.minWeight })
    }

    /// The first of each metric, so that one that moved everywhere does not hide the others.
    private static func varied(_ moves: some Sequence<Move>) -> [Move] {
        var counts: [Metric: Int] = [:]
        return Array(
            moves.filter { move in
                counts[move.trend.metric, default: 0] += 1
                return counts[move.trend.metric, default: 0] <= maxPerMetric
            }.prefix(maxMoves)
        )
    }

    private static func moves(
        _ dimension: Dimension,
        volume: Metric,
        now: MetricReport,
        past: MetricReport
    ) -> [Move] {
        let total = now.groups.reduce(0.0) { $0 + count(volume, $1) }
        let earlier = Dictionary(past.groups.map { ($0.key, $0) }) { first, _ in first }
        return now.groups.flatMap { group -> [Move] in
            let share = total > 0 ? count(volume, group) / total : 0
            guard let other = earlier[group.key] else { return [] }
            let moves = group.values.compactMap { metric, value -> Move? in
                let trend = Trend(metric: metric, now: value, before: other.value(of: metric))
                guard let size = size(trend) else { return nil }
                let weight = size * share.squareRoot()
                return Move(dimension: dimension, name: group.key[0], trend: trend, weight: weight)
            }
            // One name at most twice, so that it does not hide the others.
            return Array(moves.sorted { $0.weight > $1.weight }.prefix(2))
        }
    }

    private static func count(_ metric: Metric, _ group: MetricGroup) -> Double {
        group.value(of: metric)?.value?.double ?? 0  // a group without the count has none
    }

    /// Comparable over metrics: a doubling and ten points are about the same; `nil` where there is
    /// too little to tell.
    private static func size(_ trend: Trend) -> Double? {
        guard let now = trend.now, let before = trend.before, let change = trend.change,
            now.n >= minSampleSize, before.n >= minSampleSize
        else { return nil }
        return trend.metric.unit == .ratio ? abs(change) * 10 : min(abs(change), 3)
    }

    /// The panel, with a row a move.
    func panel(_ request: PageRequest) -> Markup {
        let rows = moves.map { move -> [Markup] in
            let name: String? = if case .name(let name) = move.name { name } else { nil }
            let items = request.items(choosing: move.dimension, name)
            let metric = move.trend.metric
            return [
                Tag.th(Attribute("scope", "row")) {
                    Tag.span(.class("kind"), text: move.dimension.rawValue)
                    Tag.a(.href(PageLink("/", items)), text: GroupName.text(move.name))
                },
                Tag.td(text: metric.title),
                NumberCell.cell(move.trend.before, of: metric),
                NumberCell.cell(move.trend.now, of: metric),
                Tag.td(
                    .class("trend \(move.trend.tone)"),
                    text: move.trend.words ?? NumberCell.none
                ),
            ]
        }
        let table = DataTable(
            caption: "What changed",
            columns: [
                .text("who"), .text("what"), .number("before"), .number("now"), .text("change"),
            ],
            rows: rows,
            empty: request.before == nil
                ? "A window without a beginning has none before it."
                : "Nothing moved much, or there are too few events before this window to compare with."
        )
        return Panel(
            id: "changed",
            title: "What changed",
            note: request.earlier == nil
                ? "against the same length of time before, the largest moves first"
                : "against the earlier period, the largest moves first",
            content: [table.markup]
        ).markup
    }
}
