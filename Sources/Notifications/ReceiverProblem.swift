/// Why a receiver cannot be used.
package struct ReceiverProblem: Error, Hashable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
