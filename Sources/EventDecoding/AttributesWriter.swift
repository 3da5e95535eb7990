import AgentEvents
import CSimdjson

/// Writes the fields of a line that have no column as one JSON object of at most 4 KiB.
///
/// Whole fields that fit, in the order of the line; how many did not is noted in `_dropped`.
/// Content is replaced by its length and hash, secrets are masked.
final class AttributesWriter {
    /// How long the object is at most.
    static let maxBytes = 4096
    /// Room for the closing brace and `_dropped`.
    private static let reserved = 32
    /// A reason is cut to this length.
    private static let maxReasonBytes = 1024

    private let keepContent: Bool
    private let values: AttributeValueWriter
    private let survivors = LastMembers()
    private var output: [UInt8] = []

    init(table: KeyTable, keepContent: Bool) {
        self.keepContent = keepContent
        values = AttributeValueWriter(
            table: table,
            keepContent: keepContent,
            longest: Self.maxBytes - Self.reserved
        )
        output.reserveCapacity(Self.maxBytes * 2)
    }

    /// Writes the object into the batch; nothing where there is nothing to keep.
    func write(
        _ fields: LineFields,
        of event: AgentEvent,
        into batch: inout EventBatch
    ) -> TextIndex {
        let foreign = fields.present.subtracting(NativeFields(of: event.kind))
        let kept = foreign.union(fields.errors).union(fields.columnless)
        guard fields.hasUnknown || !kept.isEmpty else { return .none }
        if fields.hasUnknown { survivors.find(in: fields) }
        output.removeAll(keepingCapacity: true)
        output.append(UInt8(ascii: "{"))
        var dropped = 0
        for number in 0..<fields.count where isKept(number, of: fields, kept) {
            if !appendMember(number, of: fields) { dropped += 1 }
        }
        if dropped > 0 {
            appendComma()
            output.append(contentsOf: "\"_dropped\":\(dropped)".utf8)
        }
        guard output.count > 1 else { return .none }
        output.append(UInt8(ascii: "}"))
        return output.withUnsafeBytes { batch.texts.append($0) }
    }

    private func isKept(_ number: Int, of fields: LineFields, _ kept: NativeFields) -> Bool {
        let meaning = fields.meanings[number]
        guard meaning < KeyTable.Meaning.content else {
            return fields.fields[number].type != .null && survivors.contains(number)
        }
        return kept.rawValue & (1 << UInt64(meaning)) != 0
            && Int(fields.positions[Int(meaning)]) == number
    }

    /// Appends one member, or nothing where it does not fit.
    private func appendMember(_ number: Int, of fields: LineFields) -> Bool {
        let start = output.count
        let member = fields.fields[number]
        appendComma()
        let fits =
            values.appendKey(of: member, fields, to: &output) && appendValue(number, fields)
            && output.count <= Self.maxBytes - Self.reserved
        if !fits { output.removeSubrange(start...) }
        return fits
    }

    private func appendValue(_ number: Int, _ fields: LineFields) -> Bool {
        let member = fields.fields[number]
        let meaning = fields.meanings[number]
        if !keepContent, KeyTable.isContent(meaning) {
            values.appendDigest(of: member, fields, to: &output)
            return true
        }
        if meaning == NativeField.reason.rawValue, fields.columnless.contains(.reason) {
            appendReason(member, fields)
            return true
        }
        return values.append(member, fields, to: &output)
    }

    private func appendReason(_ member: CSimdjsonField, _ fields: LineFields) {
        var text = SecretMask.withMasked(fields.text(of: member)) { Array($0) }
        ErrorText.cut(&text, to: Self.maxReasonBytes)
        text.withUnsafeBytes { JSONString.append($0, to: &output) }
    }

    private func appendComma() {
        if output.count > 1 { output.append(UInt8(ascii: ",")) }
    }
}
