import AgentEvents

/// Finds the phrase of highest priority in a text, in one pass: phrases by their first byte.
///
/// A phrase counts as whole words only: "quota" is not in "quotation", nor 429 in 14297. A word also
/// begins and ends where letters change from small to capital (`RateLimitError` has three), and may end
/// in what is added to names of errors. A phrase that ends in `*` is the beginning of a word.
struct PhraseIndex: Sendable {
    private struct Phrase {
        var bytes: [UInt8]
        var priority: Int
        var errorClass: ErrorClass
        /// A number has no endings and begins no word.
        var isNumber: Bool
        /// Whether any letters may follow.
        var isStem: Bool
    }

    private let byFirstByte: [[Phrase]]

    /// What may follow a phrase within its word.
    private static let endings = [
        "s", "es", "ed", "ing", "error", "errors", "exception", "exceeded",
    ].map { Array($0.utf8) }
    /// What may stand before a phrase within its word.
    private static let beginning = Array("api".utf8)

    init(_ table: [(ErrorClass, [String])]) {
        var byFirstByte = [[Phrase]](repeating: [], count: 256)
        for (priority, (errorClass, phrases)) in table.enumerated() {
            for phrase in phrases {
                let isStem = phrase.hasSuffix("*")
                let bytes = Array((isStem ? String(phrase.dropLast()) : phrase).utf8)
                byFirstByte[Int(bytes[0])].append(
                    Phrase(
                        bytes: bytes,
                        priority: priority,
                        errorClass: errorClass,
                        isNumber: bytes[0] < UInt8(ascii: ":"),
                        isStem: isStem
                    )
                )
            }
        }
        self.byFirstByte = byFirstByte
    }

    /// The class of the phrase with the highest priority that stands in a text.
    ///
    /// `lowered`: the text in small letters, as long as the text.
    func first(
        in lowered: UnsafeRawBufferPointer,
        of text: UnsafeRawBufferPointer
    ) -> ErrorClass? {
        let words = Words(lowered: lowered, text: text)
        var best: Phrase?
        for position in lowered.indices {
            for phrase in byFirstByte[Int(lowered[position])]
            where best.map({ phrase.priority < $0.priority }) ?? true {
                if matches(phrase, words: words, start: position) { best = phrase }
            }
        }
        return best?.errorClass
    }

    private func matches(_ phrase: Phrase, words: Words, start: Int) -> Bool {
        let end = start + phrase.bytes.count
        guard words.has(phrase.bytes, at: start) else { return false }
        if phrase.isNumber { return !words.isInWord(start) && !words.isInWord(end) }
        let before = start - Self.beginning.count
        guard
            words.beginsWord(start)
                || words.has(Self.beginning, at: before) && words.beginsWord(before)
        else { return false }
        if phrase.isStem || words.endsWord(end) { return true }
        return Self.endings.contains { words.has($0, at: end) && words.endsWord(end + $0.count) }
    }
}

/// Where words begin and end in a text.
private struct Words {
    let lowered: UnsafeRawBufferPointer
    let text: UnsafeRawBufferPointer

    func has(_ bytes: [UInt8], at start: Int) -> Bool {
        let end = start + bytes.count
        return start >= 0 && end <= lowered.count && lowered[start..<end].elementsEqual(bytes)
    }

    /// Whether letters or digits stand on both sides of a place, or one there and none before: what a
    /// number may not touch.
    func isInWord(_ place: Int) -> Bool {
        place > 0 && place < text.count && isWordByte(place - 1) && isWordByte(place)
    }

    func beginsWord(_ place: Int) -> Bool {
        place == 0 || !isLetter(place - 1) || isCapital(place) && isChange(place)
    }

    func endsWord(_ place: Int) -> Bool {
        place == text.count || !isLetter(place) || isCapital(place) && isChange(place)
    }

    /// Whether a capital here begins a word after letters: `rateLimit`, `APIError`.
    private func isChange(_ place: Int) -> Bool {
        !isCapital(place - 1)
            || place + 1 < text.count && isLetter(place + 1) && !isCapital(place + 1)
    }

    private func isCapital(_ place: Int) -> Bool { text[place] &- UInt8(ascii: "A") < 26 }

    private func isLetter(_ place: Int) -> Bool { lowered[place] &- UInt8(ascii: "a") < 26 }

    private func isWordByte(_ place: Int) -> Bool {
        isLetter(place) || lowered[place] &- UInt8(ascii: "0") < 10
    }
}
