package import AgentEvents

/// Reads the times of logs to the microsecond, rounded half to even.
///
/// What is too far away for 64 bits becomes the distant past or future, so that it is out of range
/// and not unreadable.
package enum TimestampParser {
    /// Unix time whose unit is told by its magnitude; the token follows JSON's number grammar.
    package static func unix(_ token: UnsafeRawBufferPointer) -> Timestamp {
        let isNegative = token.first == UInt8(ascii: "-")
        // Nearly every log counts seconds or milliseconds; the general way below is slower.
        if let micros = DecimalNumber.scaled(token, places: 6)?.value,
            micros < 100_000_000_000 * Micros.second
        {
            return Timestamp(micros: micros)
        }
        let beyond = isNegative ? Timestamp.distantPast : Timestamp.distantFuture
        guard let whole = DecimalNumber.scaled(token, places: 0)?.value else { return beyond }
        let places =
            switch whole {
            case ..<100_000_000_000: 6
            case ..<100_000_000_000_000: 3
            case ..<100_000_000_000_000_000: 0
            default: -3
            }
        guard let micros = DecimalNumber.scaled(token, places: places)?.value else { return beyond }
        return Timestamp(micros: micros)
    }

    /// An RFC 3339 time, or Unix time written as a string; nothing where it is neither.
    package static func text(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        if DecimalNumber.isNumber(text) { return unix(text) }
        return rfc3339(text)
    }

    private static func rfc3339(_ text: UnsafeRawBufferPointer) -> Timestamp? {
        var scanner = Scanner(text)
        guard let year = scanner.number(digits: 4), scanner.skip("-"),
            let month = scanner.number(digits: 2), scanner.skip("-"),
            let day = scanner.number(digits: 2),
            scanner.skip("T") || scanner.skip("t") || scanner.skip(" "),
            let hour = scanner.number(digits: 2), scanner.skip(":"),
            let minute = scanner.number(digits: 2), scanner.skip(":"),
            let second = scanner.number(digits: 2),
            hour < 24, minute < 60,
            // A leap second is the first moment of the next minute.
            second <= 60,
            let fraction = scanner.fraction(), let zone = scanner.zone(), scanner.isAtEnd
        else { return nil }
        let date = CivilDate(year: Int64(year), month: Int64(month), day: Int64(day))
        guard date.exists else { return nil }
        let ofDay = Int64((hour * 60 + minute - zone) * 60 + second) * Micros.second
        return Timestamp(micros: date.daysSince1970 * Micros.day + ofDay + Int64(fraction))
    }

    /// The part of a text that is not read yet.
    private struct Scanner {
        private let text: UnsafeRawBufferPointer
        private var position = 0

        init(_ text: UnsafeRawBufferPointer) { self.text = text }

        var isAtEnd: Bool { position == text.count }

        mutating func skip(_ byte: Unicode.Scalar) -> Bool {
            guard position < text.count, text[position] == UInt8(ascii: byte) else { return false }
            position += 1
            return true
        }

        mutating func digit() -> Int? {
            guard position < text.count, text[position] &- 0x30 < 10 else { return nil }
            position += 1
            return Int(text[position - 1] &- 0x30)
        }

        mutating func number(digits: Int) -> Int? {
            var value = 0
            for _ in 0..<digits {
                guard let digit = digit() else { return nil }
                value = value * 10 + digit
            }
            return value
        }

        /// Microseconds of the fraction, up to a whole second by rounding; 0 without one.
        mutating func fraction() -> Int? {
            guard skip(".") else { return 0 }
            guard var micros = digit() else { return nil }
            var digits = 1
            var firstDropped = 0
            var restDropped = false
            while let digit = digit() {
                if digits < 6 {
                    micros = micros * 10 + digit
                } else if digits == 6 {
                    firstDropped = digit
                } else if digit != 0 {
                    restDropped = true
                }
                digits += 1
            }
            while digits < 6 {
                micros *= 10
                digits += 1
            }
            let isHalf = firstDropped == 5 && !restDropped
            return (isHalf ? micros & 1 == 1 : firstDropped >= 5) ? micros + 1 : micros
        }

        /// Minutes east of Greenwich; a missing zone means UTC.
        mutating func zone() -> Int? {
            if isAtEnd || skip("Z") || skip("z") { return 0 }
            let isEast = skip("+")
            guard isEast || skip("-"), let hours = number(digits: 2), skip(":"),
                let minutes = number(digits: 2), hours < 24, minutes < 60
            else { return nil }
            return (isEast ? 1 : -1) * (hours * 60 + minutes)
        }
    }
}
