import AgentEvents
import CSimdjson

/// Writes one key or value of an attribute: secrets masked, content replaced at any depth.
final class AttributeValueWriter {
    private let table: KeyTable
    private let keepContent: Bool
    /// Where the output has grown beyond this, writing stops: the member will be dropped.
    private let longest: Int
    private let scratch = TextScratch()

    init(table: KeyTable, keepContent: Bool, longest: Int) {
        self.table = table
        self.keepContent = keepContent
        self.longest = longest
    }

    /// Appends a key and its colon; false where it cannot fit.
    func appendKey(
        of member: CSimdjsonField,
        _ fields: LineFields,
        to output: inout [UInt8]
    ) -> Bool {
        let token = UnsafeRawBufferPointer(
            start: fields.line + Int(member.key_offset),
            count: Int(member.key_length)
        )
        guard token.count <= longest else { return false }
        appendString(token, hasEscapes: member.key_has_escapes != 0, to: &output)
        output.append(UInt8(ascii: ":"))
        return true
    }

    /// Appends a value; false where it cannot fit.
    func append(
        _ member: CSimdjsonField,
        _ fields: LineFields,
        to output: inout [UInt8]
    ) -> Bool {
        let token = fields.token(of: member)
        switch member.type {
        case .object, .array:
            return appendContainer(token, to: &output)
        case .string:
            guard token.count <= longest else { return false }
            appendString(token, hasEscapes: member.value_has_escapes != 0, to: &output)
        case .number, .true, .false, .null:
            guard token.count <= longest else { return false }
            output.append(contentsOf: token)
        }
        return true
    }

    /// Appends what stands in for content: its length and hash.
    func appendDigest(
        of member: CSimdjsonField,
        _ fields: LineFields,
        to output: inout [UInt8]
    ) {
        let isText = member.type == .string && member.value_has_escapes != 0
        let token = fields.token(of: member)
        appendDigest(of: isText ? scratch.unescaped(token) : token, to: &output)
    }

    private func appendDigest(of content: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        output.append(contentsOf: "{\"length\":\(content.count),\"sha256\":\"".utf8)
        ByteDigest(content).appendHex(bytes: 32, to: &output)
        output.append(contentsOf: "\"}".utf8)
    }

    private func appendString(
        _ token: UnsafeRawBufferPointer,
        hasEscapes: Bool,
        to output: inout [UInt8]
    ) {
        // Escapes are undone before looking for secrets, since they can hide one.
        let text = hasEscapes ? scratch.unescaped(token) : token
        if let masked = SecretMask.masked(text) {
            masked.withUnsafeBytes { JSONString.append($0, to: &output) }
        } else {
            output.append(UInt8(ascii: "\""))
            output.append(contentsOf: token)
            output.append(UInt8(ascii: "\""))
        }
    }

    /// Copies a valid object or array without its white space.
    private func appendContainer(
        _ json: UnsafeRawBufferPointer,
        to output: inout [UInt8]
    ) -> Bool {
        var scan = JSONScan(json)
        while let byte = scan.next {
            guard output.count <= longest else { return false }
            guard byte == UInt8(ascii: "\"") else {
                output.append(byte)
                scan.skip()
                continue
            }
            let token = scan.takeString()
            guard token.bytes.count <= longest else { return false }
            appendString(token.bytes, hasEscapes: token.hasEscapes, to: &output)
            guard !keepContent, scan.next == UInt8(ascii: ":"), isContentKey(token) else {
                continue
            }
            output.append(UInt8(ascii: ":"))
            scan.skip()
            appendContent(scan.takeValue(), to: &output)
        }
        return true
    }

    private func appendContent(_ value: UnsafeRawBufferPointer, to output: inout [UInt8]) {
        if value.elementsEqual("null".utf8) {
            output.append(contentsOf: value)
        } else if value.first == UInt8(ascii: "\"") {
            let token = UnsafeRawBufferPointer(rebasing: value[1..<(value.count - 1)])
            let hasEscapes = token.contains(UInt8(ascii: "\\"))
            appendDigest(of: hasEscapes ? scratch.unescaped(token) : token, to: &output)
        } else {
            appendDigest(of: value, to: &output)
        }
    }

    private func isContentKey(_ token: JSONScan.Token) -> Bool {
        let key = token.hasEscapes ? scratch.unescaped(token.bytes) : token.bytes
        guard let start = key.baseAddress else { return false }
        return table.isContent(start, length: key.count)
    }
}
