/// An argument that cannot be used: which one it is, and what could be written instead.
package struct ParameterError: Error, CustomStringConvertible {
    /// One sentence without a stop at its end.
    package var description: String

    package init(_ description: String) { self.description = description }
}
