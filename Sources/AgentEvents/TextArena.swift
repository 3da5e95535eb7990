/// Byte strings laid one after the other, numbered from 1.
package struct TextArena: Sendable {
    package private(set) var bytes: [UInt8] = []
    /// `ends[i]` is where text `i` ends, and text `i + 1` begins; `ends[0]` is 0.
    package private(set) var ends: [Int64] = [0]

    package init() {}

    /// How many texts there are; their indices are `1...count`.
    package var count: Int { ends.count - 1 }

    /// Copies the bytes behind the others and numbers them; equal texts get numbers of their own.
    package mutating func append(_ text: UnsafeRawBufferPointer) -> TextIndex {
        bytes.append(contentsOf: text)
        return close()
    }

    /// Appends bytes and gives the index of the text.
    package mutating func append(_ text: [UInt8]) -> TextIndex {
        bytes.append(contentsOf: text)
        return close()
    }

    package subscript(index: UInt32) -> ArraySlice<UInt8> {
        bytes[Int(ends[Int(index) - 1])..<Int(ends[Int(index)])]
    }

    private mutating func close() -> TextIndex {
        ends.append(Int64(bytes.count))
        return TextIndex(rawValue: UInt32(ends.count - 1))
    }
}
