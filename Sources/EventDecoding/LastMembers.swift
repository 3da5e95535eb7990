import AgentEvents
import CSimdjson

/// Finds which members with keys unknown to the format survive: the last of each key.
final class LastMembers {
    /// Beyond this many members none could be kept anyway, and a reader of JSON takes the last.
    private static let maxMembers = 4096
    /// Up to this many are compared with each other; beyond, they are interned.
    private static let maxCompared = 12

    private var isOverridden: [Bool] = []
    private var numbers: [Int] = []

    /// Whether the member is the last of its key.
    func contains(_ number: Int) -> Bool {
        number >= isOverridden.count || !isOverridden[number]
    }

    /// Looks at the members of a line.
    func find(in fields: LineFields) {
        isOverridden.removeAll(keepingCapacity: true)
        guard fields.count <= Self.maxMembers else { return }
        numbers.removeAll(keepingCapacity: true)
        for number in 0..<fields.count where fields.meanings[number] >= KeyTable.Meaning.content {
            numbers.append(number)
        }
        guard numbers.count > 1 else { return }
        isOverridden.append(contentsOf: repeatElement(false, count: fields.count))
        let hasEscapes = numbers.contains { fields.fields[$0].key_has_escapes != 0 }
        if numbers.count > Self.maxCompared || hasEscapes {
            internKeys(of: fields)
        } else {
            compareKeys(of: fields)
        }
    }

    private func compareKeys(of fields: LineFields) {
        for (index, number) in numbers.enumerated() {
            let key = fields.key(of: fields.fields[number])
            isOverridden[number] = numbers[(index + 1)...].contains { later in
                let length = Int(fields.fields[later].key_length)
                return length == key.count
                    && fields.key(of: fields.fields[later]).elementsEqual(key)
            }
        }
    }

    private func internKeys(of fields: LineFields) {
        var keys = ByteInterner()
        for number in numbers.reversed() {
            let known = keys.count
            let index = keys.intern(fields.key(of: fields.fields[number]), prefix: nil)
            isOverridden[number] = Int(index) <= known
        }
    }
}
