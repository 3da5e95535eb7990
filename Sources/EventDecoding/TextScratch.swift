/// Memory for one unescaped text, used again and again.
///
/// The text holds until the next one. As in a line, 64 readable bytes follow every text.
final class TextScratch {
    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 16)

    deinit { memory.deallocate() }

    /// The text of a string token with escapes.
    func unescaped(_ token: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        if memory.count < token.count + 64 {
            memory.deallocate()
            memory = .allocate(byteCount: token.count * 2 + 64, alignment: 16)
        }
        let length = JSONString.unescape(token, into: memory)
        return UnsafeRawBufferPointer(rebasing: memory[..<length])
    }
}
