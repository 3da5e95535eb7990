import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// How new the data behind a page is, in words.
struct Freshness: Sendable {
    var newest: Timestamp?
    var following: FollowState?
    var now: Timestamp
    /// From when on there are events, where the page's window begins before.
    var horizon: Timestamp?

    /// The age of the newest event from which the page points it out.
    private static let patience = 15 * Micros.minute

    init(_ snapshot: any StoreSnapshot, _ request: PageRequest) throws {
        newest = try snapshot.newestEvent()
        following = try snapshot.following()
        now = request.now
        let horizon = try snapshot.horizon().rows
        self.horizon = request.window.since < horizon ? horizon : nil
    }

    /// How far reading is behind, in microseconds.
    private var lag: Int64 { following?.lag(at: now) ?? 0 }  // without a follower nothing waits

    /// Whether the data is old, or there is none yet.
    private var isStale: Bool {
        newest.map { now.micros - $0.micros > Self.patience } ?? true
    }

    /// One line for the head of every page.
    func markup(_ zone: ZoneArgument) -> Markup {
        Tag.p(
            .class("freshness \(isStale || lag > Micros.minute ? "stale" : "fresh")"),
            .id("freshness")
        ) {
            Markup.text(text(zone))
        }
    }

    /// One line as `Newest event 4 s ago · all is read`.
    func text(_ zone: ZoneArgument) -> String {
        guard let newest else { return "No events yet" }
        let age = now.micros - newest.micros
        let when =
            age < 0
            ? "\(HumanNumber.calmAge(micros: -age)) after now"
            : "\(HumanNumber.calmAge(micros: age)) ago"
        return "Newest event \(when) · \(reading)\(pruned(zone))"
    }

    private func pruned(_ zone: ZoneArgument) -> String {
        guard let horizon else { return "" }
        return " · only rollups before \(horizon.readable(in: zone.offsets))"
    }

    private var reading: String {
        if lag > Micros.second { return "reading is \(HumanNumber.calmAge(micros: lag)) behind" }
        guard let following else { return "nothing follows files" }
        return following.heartbeat == nil ? "no follower runs" : "all is read"
    }
}
