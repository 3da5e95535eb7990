import Testing

/// The keys that the specification promises.
enum Shape {
    /// All keys are there, in their order; others may stand between.
    static func expect(
        _ value: JSON,
        _ keys: [String],
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(value.keys.filter(keys.contains) == keys, sourceLocation: sourceLocation)
        #expect(
            Set(value.keys).count == value.keys.count,
            "a key twice",
            sourceLocation: sourceLocation
        )
    }
}
