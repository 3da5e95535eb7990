/// A word of a question that says nothing: which it is, and what could be written.
package struct ParameterError: Error, CustomStringConvertible {
    /// One sentence without a stop at its end.
    package var description: String

    package init(_ description: String) { self.description = description }
}
