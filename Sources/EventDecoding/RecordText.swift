/// Memory for the text of one record, used again and again.
///
/// 64 bytes behind the text are readable, as behind a line.
final class RecordText {
    private static let padding = 64
    private static let usual = 64 << 10
    /// Memory beyond this that an unusually long record needed is given back.
    private static let maxKept = 1 << 20

    private var memory = UnsafeMutableRawBufferPointer.allocate(
        byteCount: usual + padding,
        alignment: 16
    )
    private var count = 0

    deinit { memory.deallocate() }

    /// The text; it holds until it is changed.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: memory[..<count]) }

    func removeAll() {
        count = 0
        guard memory.count > Self.maxKept else { return }
        memory.deallocate()
        memory = .allocate(byteCount: Self.usual + Self.padding, alignment: 16)
    }

    func append(_ part: UnsafeRawBufferPointer) {
        reserve(count + part.count)
        UnsafeMutableRawBufferPointer(rebasing: memory[count...]).copyMemory(from: part)
        count += part.count
    }

    /// Turns the token of a JSON string into its text, which is never longer.
    func unescape() {
        // Writing never overtakes reading.
        count = JSONString.unescape(bytes, into: memory, nul: "\0")
    }

    /// Takes the text of a JSON string's token.
    func set(unescaped token: UnsafeRawBufferPointer) {
        removeAll()
        reserve(token.count)
        count = JSONString.unescape(token, into: memory, nul: "\0")
    }

    /// Takes the bytes that an array of numbers lists; false where it lists anything else.
    func set(numbers array: UnsafeRawBufferPointer) -> Bool {
        removeAll()
        reserve(array.count)
        guard let written = JournalMessage.write(array, to: memory) else { return false }
        count = written
        return true
    }

    /// Makes room for a text of this length; keeps what is there.
    private func reserve(_ length: Int) {
        guard memory.count < length + Self.padding else { return }
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: length * 2 + Self.padding,
            alignment: 16
        )
        larger.copyMemory(from: bytes)
        memory.deallocate()
        memory = larger
    }
}
