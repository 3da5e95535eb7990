import ArgumentParser
import Presentation

/// Mistakes in the words of a command line.
enum Usage {
    /// Runs `body`; a word that says nothing is a usage error.
    static func checked<T>(_ body: () throws -> T) throws -> T {
        do {
            return try body()
        } catch let problem as ParameterError {
            throw ValidationError(problem.description)
        }
    }
}
