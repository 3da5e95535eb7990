extension UnsafeRawBufferPointer {
    /// Whether these are the bytes of a literal; much faster than comparing sequences.
    @inline(__always)
    func isEqual(to literal: StaticString) -> Bool {
        guard count == literal.utf8CodeUnitCount else { return false }
        for position in 0..<count where self[position] != literal.utf8Start[position] {
            return false
        }
        return true
    }
}
