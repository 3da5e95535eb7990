import AgentEvents
import CSimdjson

/// The members of one line's object, the native ones found by what they are.
///
/// A view of memory that `LineParser` owns: it holds until the next line is parsed.
struct LineFields {
    let line: UnsafeRawPointer
    let fields: UnsafePointer<CSimdjsonField>
    let count: Int
    /// What the key of each member means, as `KeyTable` tells it.
    let meanings: UnsafeMutablePointer<UInt8>
    /// The number of the last member of each native field that is present.
    let positions: UnsafeMutablePointer<UInt32>
    let keyScratch: TextScratch
    let textScratch: TextScratch

    /// The native fields that are there and not null.
    var present = NativeFields(rawValue: 0)
    /// Whether there is a key that the format does not know.
    var hasUnknown = false
    /// The fields that were dropped because of their type or range.
    var errors = FieldErrors(rawValue: 0)
    /// The fields that are right and have no column; they are kept as attributes.
    var columnless = NativeFields(rawValue: 0)

    /// Looks up every key: the last of duplicate keys wins, and null takes a field away.
    mutating func index(by table: KeyTable) {
        for number in 0..<count {
            let field = fields[number]
            let meaning: UInt8
            if field.key_has_escapes == 0 {
                meaning = table.meaning(
                    of: line + Int(field.key_offset),
                    length: Int(field.key_length)
                )
            } else {
                let key = key(of: field)
                // The scratch memory of an unescaped text has a base address.
                meaning = table.meaning(
                    of: key.baseAddress.unsafelyUnwrapped,
                    length: key.count
                )
            }
            meanings[number] = meaning
            guard meaning < KeyTable.Meaning.content else {
                hasUnknown = true
                continue
            }
            positions[Int(meaning)] = UInt32(truncatingIfNeeded: number)
            let bit: UInt64 = 1 << UInt64(meaning)
            present.rawValue =
                field.type == .null ? present.rawValue & ~bit : present.rawValue | bit
        }
    }

    /// The last member of this name, unless it is absent or null.
    @inline(__always)
    subscript(field: NativeField) -> UnsafePointer<CSimdjsonField>? {
        present.contains(field) ? fields + Int(positions[Int(field.rawValue)]) : nil
    }

    /// The bytes of a value as they stand in the line; of a string, those between its quotes.
    func token(of field: CSimdjsonField) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: line + Int(field.value_offset),
            count: Int(field.value_length)
        )
    }

    /// The text of a string value; holds until the next text with escapes is asked for.
    func text(of field: CSimdjsonField) -> UnsafeRawBufferPointer {
        let token = token(of: field)
        return field.value_has_escapes == 0 ? token : textScratch.unescaped(token)
    }

    /// A value as it stands in the line; of a string, with its quotes.
    func rawJSON(of field: CSimdjsonField) -> UnsafeRawBufferPointer {
        let quote = field.type == .string ? 1 : 0
        return UnsafeRawBufferPointer(
            start: line + Int(field.value_offset) - quote,
            count: Int(field.value_length) + 2 * quote
        )
    }

    /// The text of a key; holds until the next key with escapes is asked for.
    func key(of field: CSimdjsonField) -> UnsafeRawBufferPointer {
        let token = UnsafeRawBufferPointer(
            start: line + Int(field.key_offset),
            count: Int(field.key_length)
        )
        return field.key_has_escapes == 0 ? token : keyScratch.unescaped(token)
    }
}
