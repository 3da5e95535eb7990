package import AgentEvents
import EventStorage
import Foundation

/// What was stored of a post so far; once all of it is, what is answered.
package struct PostProgress: Sendable, Equatable {
    /// A line that was no event.
    package struct RejectedLine: Sendable, Equatable, Codable {
        /// Within the body.
        package var offset: Int64
        package var length: Int64
        package var reason: String
    }

    /// How many bytes of the body were read.
    package private(set) var bytes: Int64 = 0
    package private(set) var ledger = SourceLedger()
    package private(set) var requests: Int64 = 0
    /// The first of them, at most `maxRejectedLines`.
    package private(set) var rejectedLines: [RejectedLine] = []

    /// How many rejected lines an answer tells of.
    package static let maxRejectedLines = 100

    package init() {}

    /// Adds what a commit did with the lines of a batch.
    ///
    /// `end`: how many bytes of the body are read with it.
    mutating func add(_ source: SourceProgress, _ report: CommitReport, upTo end: Int) {
        let start = bytes - source.startOffset
        for rejection in source.rejections where rejectedLines.count < Self.maxRejectedLines {
            rejectedLines.append(
                RejectedLine(
                    offset: rejection.offset + start,
                    length: rejection.length,
                    reason: rejection.reason.rawValue
                )
            )
        }
        var summary = IngestSummary()
        summary.add([source], report)
        ledger += summary.ledger
        requests += summary.requests
        bytes = Int64(end)
    }
}

extension PostProgress: Codable {
    /// The progress as the store keeps it between the parts of a post.
    func text() throws -> String { String(decoding: try JSONEncoder().encode(self), as: UTF8.self) }

    /// - Throws: `DecodingError` where somebody has changed the text.
    init(text: String) throws { self = try JSONDecoder().decode(Self.self, from: Data(text.utf8)) }
}
