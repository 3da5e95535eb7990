import AgentEvents
import CSimdjson

/// Names and texts are at most this long.
private let maxTextBytes = 1024

/// The longest stretch that a call or a delay may take: 30 days.
private let maxLatency = 30 * Micros.day

/// Values by the types and ranges of the format. A wrong optional field is dropped and noted.
extension LineFields {
    /// A string that must be there and not be empty.
    func required(
        _ field: NativeField,
        atMost longest: Int = maxTextBytes,
        else reason: RejectionReason
    ) throws(RejectionReason) -> UnsafeRawBufferPointer {
        guard let member = self[field], member.pointee.type == .string else { throw reason }
        let text = text(of: member.pointee)
        guard text.count > 0, text.count <= longest else { throw reason }
        return text
    }

    /// A string; an empty one is absent and no error.
    mutating func optionalText(
        _ field: NativeField,
        atMost longest: Int = maxTextBytes
    ) -> UnsafeRawBufferPointer? {
        guard let member = self[field] else { return nil }
        guard member.pointee.type == .string else { return dropped(field) }
        let text = text(of: member.pointee)
        guard text.count <= longest else { return dropped(field) }
        return text.isEmpty ? nil : text
    }

    /// A count of tokens.
    mutating func tokens(_ field: NativeField) -> Optional64 {
        Optional64(integer(field, in: 0...1_000_000_000))
    }

    /// A whole number, however it is written: 12.0 is one.
    mutating func integer(_ field: NativeField, in range: ClosedRange<Int64>) -> Int64? {
        guard let member = self[field] else { return nil }
        guard member.pointee.type == .number,
            let number = DecimalNumber.scaled(token(of: member.pointee), places: 0), number.isExact,
            range.contains(number.value)
        else { return dropped(field) }
        return number.value
    }

    /// Logged milliseconds as microseconds.
    mutating func latency(_ field: NativeField) -> Optional64 {
        Optional64(scaled(field, places: 3, in: 0...maxLatency))
    }

    /// Logged dollars as nano-dollars.
    mutating func cost(_ field: NativeField) -> Optional64 {
        Optional64(scaled(field, places: 9, in: 0...100_000_000_000_000))
    }

    /// True or false.
    mutating func flag(_ field: NativeField) -> Bool? {
        guard let member = self[field] else { return nil }
        switch member.pointee.type {
        case .true: return true
        case .false: return false
        default: return dropped(field)
        }
    }

    /// Whether the call succeeded, in any of the ways in which logs say it.
    func success() throws(RejectionReason) -> Bool? {
        guard let member = self[.success] else { return nil }
        switch member.pointee.type {
        case .true: return true
        case .false: return false
        case .number: return try zeroOrOne(token(of: member.pointee))
        case .string:
            let text = text(of: member.pointee)
            if text.elementsEqual("true".utf8) { return true }
            if text.elementsEqual("false".utf8) { return false }
            guard DecimalNumber.isNumber(text) else { throw .badSuccess }
            return try zeroOrOne(text)
        default: throw .badSuccess
        }
    }

    /// When it happened, as logged.
    func timestamp() throws(RejectionReason) -> Timestamp {
        guard let member = self[.timestamp] else { throw .badTimestamp }
        switch member.pointee.type {
        case .number: return TimestampParser.unix(token(of: member.pointee))
        case .string:
            guard let timestamp = TimestampParser.text(text(of: member.pointee)) else {
                throw .badTimestamp
            }
            return timestamp
        default: throw .badTimestamp
        }
    }

    /// Notes that an optional field is wrong.
    mutating func dropped<Value>(_ field: NativeField) -> Value? {
        errors.insert(field)
        return nil
    }

    private mutating func scaled(
        _ field: NativeField,
        places: Int,
        in range: ClosedRange<Int64>
    ) -> Int64? {
        guard let member = self[field] else { return nil }
        guard member.pointee.type == .number,
            let number = DecimalNumber.scaled(token(of: member.pointee), places: places),
            range.contains(number.value)
        else { return dropped(field) }
        return number.value
    }

    private func zeroOrOne(_ token: UnsafeRawBufferPointer) throws(RejectionReason) -> Bool {
        guard let number = DecimalNumber.scaled(token, places: 0), number.isExact,
            number.value == 0 || number.value == 1
        else { throw .badSuccess }
        return number.value == 1
    }
}
