import AgentEvents

/// Finds the phrase of highest priority in a text, in one pass: phrases by their first byte.
struct PhraseIndex: Sendable {
    private struct Phrase {
        var bytes: [UInt8]
        var priority: Int
        var errorClass: ErrorClass
        /// A number counts only as a whole: 429 is not in 14297.
        var isNumber: Bool
    }

    private let byFirstByte: [[Phrase]]

    init(_ table: [(ErrorClass, [String])]) {
        var byFirstByte = [[Phrase]](repeating: [], count: 256)
        for (priority, (errorClass, phrases)) in table.enumerated() {
            for phrase in phrases {
                let bytes = Array(phrase.utf8)
                byFirstByte[Int(bytes[0])].append(
                    Phrase(
                        bytes: bytes,
                        priority: priority,
                        errorClass: errorClass,
                        isNumber: bytes[0] < UInt8(ascii: ":")
                    )
                )
            }
        }
        self.byFirstByte = byFirstByte
    }

    /// The class of the phrase with the highest priority that stands in the text.
    func first(in text: UnsafeRawBufferPointer) -> ErrorClass? {
        var best: Phrase?
        for position in text.indices {
            for phrase in byFirstByte[Int(text[position])]
            where best.map({ phrase.priority < $0.priority }) ?? true {
                if matches(phrase, text, position) { best = phrase }
            }
        }
        return best?.errorClass
    }

    private func matches(_ phrase: Phrase, _ text: UnsafeRawBufferPointer, _ start: Int) -> Bool {
        let end = start + phrase.bytes.count
        guard end <= text.count, text[start..<end].elementsEqual(phrase.bytes) else { return false }
        guard phrase.isNumber else { return true }
        return !(start > 0 && isWordByte(text[start - 1]))
            && !(end < text.count && isWordByte(text[end]))
    }

    private func isWordByte(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10 || byte &- UInt8(ascii: "a") < 26
    }
}
