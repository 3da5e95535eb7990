/// A 64-bit integer or nothing, in eight bytes: `Int64.min` stands for nothing.
///
/// `Int64?` takes sixteen bytes; an event has a dozen of these, and a batch 65,536 events.
package struct Optional64: Sendable, Hashable, ExpressibleByNilLiteral {
    /// The value, or `Int64.min`; the storage layer hands this field to SQLite as it lies in
    /// memory.
    package var raw: Int64

    @inlinable
    package init(nilLiteral: ()) { raw = .min }
    @inlinable
    package init(_ value: Int64?) { raw = value ?? .min }
    /// Reads memory in which `Int64.min` means no value.
    @inlinable
    package init(raw: Int64) { self.raw = raw }

    @inlinable package var value: Int64? { raw == .min ? nil : raw }
    @inlinable package var isKnown: Bool { raw != .min }
}
