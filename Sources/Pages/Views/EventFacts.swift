import AgentEvents
import EventStorage
import MetricsEngine
import Presentation

/// What is stored of an event beside the columns of a list, shown when it is asked for.
struct EventFacts {
    private let facts: [(title: String, value: String)]
    private let attributes: String?

    init(_ detail: EventDetail) {
        let event = detail.event
        func count(_ title: String, _ value: Optional64) -> (String, String)? {
            value.value.map { (title, HumanNumber.grouped($0)) }
        }
        let first = event.timeToFirstToken.value.map {
            ("first token after", HumanNumber.duration(micros: Double($0)))
        }
        facts = [
            ("ended", event.timestamp.rfc3339()), detail.provider.map { ("provider", $0) }, first,
            count("uncached input", event.uncachedInput), count("read from cache", event.cacheRead),
            count("written to cache", event.cacheWrite), count("reasoning", event.reasoning),
            count("context window", event.contextWindow),
            detail.stopReason.map { ("stopped by", $0) },
            detail.eventID.map { ("event_id", $0) }, detail.parentID.map { ("parent_id", $0) },
            ("line", "\(detail.sourcePath), byte \(HumanNumber.grouped(event.offset))"),
        ].compactMap { $0 }
        attributes = detail.attributes
    }

    var markup: Markup {
        Tag.details(.class("event-facts")) {
            Tag.summary(text: "Details")
            Tag.dl {
                facts.flatMap { [Tag.dt(text: $0.title), Tag.dd(text: $0.value)] }
            }
            attributes.map { text in Tag.p { Tag.code(text: text) } } ?? .nothing
        }
    }
}
