package import AgentEvents
package import MetricsEngine

/// Which earlier period a window is held against, as it is written: how much earlier it lies, or when it
/// begins.
package struct PeriodComparison: Sendable, Equatable {
    private let expression: TimeExpression

    /// Reads `1d`, `7d` or a time.
    ///
    /// - Throws: `ParameterError`
    package init(_ word: String) throws {
        do { expression = try TimeExpression(word) } catch {
            throw ParameterError(
                "'\(SafeText.line(word))' is no earlier period; write how much earlier it lies, as 1d "
                    + "or 7d, or the time at which it begins"
            )
        }
    }

    /// How much earlier than the window it lies, in microseconds.
    ///
    /// - Throws: `ParameterError` where there is no such period.
    package func shift(
        of window: TimeWindow,
        by dimensions: [Dimension] = [],
        now: Timestamp,
        zone: ZoneOffsets
    ) throws -> Int64 {
        guard window.since > .earliestAccepted else {
            throw ParameterError(
                "a comparison needs a window with a beginning: say since when, as in --since 24h"
            )
        }
        let shift: Int64 =
            if case .ago(let micros) = expression { micros } else {
                window.since.micros - expression.moment(now: now, zone: zone).micros
            }
        guard shift > 0, window.since.micros - shift >= Timestamp.earliestAccepted.micros else {
            throw ParameterError(
                "what a window is compared with lies before it, and after "
                    + Timestamp.earliestAccepted.rfc3339()
            )
        }
        if let step = dimensions.compactMap(\.length).max(), shift % step != 0 {
            throw ParameterError(
                "a report cut by time is compared over a whole number of its steps; write 1d or 7d"
            )
        }
        return shift
    }
}
