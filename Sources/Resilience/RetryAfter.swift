package import AgentEvents

/// The header `Retry-After`: seconds, or a moment (RFC 9110, 10.2.3).
package enum RetryAfter {
    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    /// The wait in microseconds, at most `AttemptVerdict.maxRetryAfter`, never below 0.
    ///
    /// - Returns: nil where the text is neither form.
    package static func delay(_ text: String, now: Timestamp) -> Int64? {
        let trimmed = text.trimmingSpaces
        let delay: Int64
        if !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (48...57).contains($0) }) {
            let longest = AttemptVerdict.maxRetryAfter / Micros.second
            // Digits that do not fit are a long time too.
            delay = min(Int64(trimmed) ?? longest, longest) * Micros.second
        } else if let moment = moment(trimmed) {
            delay = moment.micros - now.micros
        } else {
            return nil
        }
        return min(max(delay, 0), AttemptVerdict.maxRetryAfter)
    }

    /// Reads the one form that may be sent, as `Sun, 06 Nov 1994 08:49:37 GMT`.
    private static func moment(_ text: String) -> Timestamp? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 6, words[5] == "GMT", let day = Int64(words[1]),
            let month = months.firstIndex(of: String(words[2])), let year = Int64(words[3])
        else { return nil }
        let clock = words[4].split(separator: ":").compactMap { Int64($0) }
        guard clock.count == 3, (1970...9999).contains(year),
            (0..<24).contains(clock[0]), (0..<60).contains(clock[1]), (0...60).contains(clock[2])
        else { return nil }
        let date = CivilDate(year: year, month: Int64(month) + 1, day: day)
        guard date.exists else { return nil }
        let second = clock[0] * 3_600 + clock[1] * 60 + clock[2]
        return Timestamp(micros: date.daysSince1970 * Micros.day + second * Micros.second)
    }
}

extension String {
    /// The text without spaces and tabs around it.
    fileprivate var trimmingSpaces: String {
        let isSpace: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        let tail = drop(while: isSpace)
        let count = tail.reversed().prefix(while: isSpace).count
        return String(tail.dropLast(count))
    }
}
