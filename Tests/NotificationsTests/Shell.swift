import Foundation

/// Programs whose answer is all that matters.
enum Shell {
    /// Runs one to its end, on a thread of its own, since few threads carry all tests.
    ///
    /// - Returns: what it wrote, standard error included.
    static func output(_ words: [String], input: [UInt8] = []) async throws -> Data {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try run(words, input) })
            }
        }
    }

    private static func run(_ words: [String], _ input: [UInt8]) throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = words
        let source = Pipe()
        let output = Pipe()
        process.standardInput = source
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try source.fileHandleForWriting.write(contentsOf: Data(input))
        try source.fileHandleForWriting.close()
        return output.fileHandleForReading.readDataToEndOfFile()
    }
}
