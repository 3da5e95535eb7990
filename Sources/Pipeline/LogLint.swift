package import AgentEvents
package import EventDecoding
import Foundation
import LogTailing

/// Holds a log against the event format, without storing anything.
package struct LogLint {
    /// Something to mend in a line.
    package struct Finding: Sendable, Equatable {
        /// What would become of the line.
        package enum Kind: Sendable, Equatable {
            /// The line would be rejected.
            case rejected(RejectionReason)
            /// These fields would be dropped.
            case droppedFields([String])
            /// The last line is not whole.
            case unfinished
        }

        /// Counted from 1.
        package var line: Int64
        package var offset: Int64
        package var kind: Kind
    }

    /// What became of the lines of one file.
    package struct Answer: Sendable {
        package var path: String
        package var ledger = SourceLedger()
        package var unfinished: Int64 = 0
        /// The first findings, at most `maxFindings`.
        package var findings: [Finding] = []
        /// How many findings there are in all.
        package var findingCount: Int64 = 0
    }

    private let decoder: LineDecoder
    private let maxFindings: Int

    package init(options: DecodingOptions, maxFindings: Int) {
        decoder = LineDecoder(options: options)
        self.maxFindings = maxFindings
    }

    /// Reads a file from its beginning; `-` is standard input.
    package func lint(_ path: String) throws -> Answer {
        let queue = OnceQueue(paths: [path], known: [])
        guard let source = queue.nextReadable(), let lines = source.lines else {
            if let problem = queue.problems.first { throw problem.error }
            return Answer(path: path)
        }
        var answer = Answer(path: path)
        var batch = EventBatch()
        while let line = try lines.next() {
            let isPartial =
                !line.isTerminated && (line.isTooLong || !decoder.isWholeJSON(line.bytes))
            if isPartial, !source.isFinal {
                answer.unfinished += 1
                add(.unfinished, line: line, answer: &answer)
                break
            }
            answer.ledger.lines += 1
            answer.ledger.bytes = line.end
            judge(line, batch: &batch, answer: &answer)
            // Names and texts of a long log would add up.
            if batch.events.count >= 4_096 { batch = EventBatch() }
        }
        return answer
    }

    private func judge(_ line: LogLine, batch: inout EventBatch, answer: inout Answer) {
        let outcome =
            line.isTooLong
            ? LineOutcome.rejected(.lineTooLong)
            : decoder.decode(line.bytes, offset: line.offset, source: 0, into: &batch)
        switch outcome {
        case .event(let errors):
            answer.ledger.events += 1
            guard errors.count > 0 else { return }
            answer.ledger.fieldErrors += Int64(errors.count)
            add(.droppedFields(errors.fields.map(\.key)), line: line, answer: &answer)
        case .rejected(let reason):
            answer.ledger.rejected += 1
            add(.rejected(reason), line: line, answer: &answer)
        case .skipped: answer.ledger.skipped += 1
        case .blank: answer.ledger.blank += 1
        }
    }

    private func add(_ kind: Finding.Kind, line: LogLine, answer: inout Answer) {
        answer.findingCount += 1
        guard answer.findings.count < maxFindings else { return }
        let number = kind == .unfinished ? answer.ledger.lines + 1 : answer.ledger.lines
        answer.findings.append(Finding(line: number, offset: line.offset, kind: kind))
    }
}
