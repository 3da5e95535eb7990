/// What took longer than it may.
struct TimeLimitExceeded: Error {}

/// Runs an operation with a time limit in microseconds, after which it is cancelled.
func withTimeLimit<Result: Sendable>(
    micros: Int64,
    _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result {
    try await withThrowingTaskGroup(of: Result.self) { group in
        group.addTask { try await body() }
        group.addTask {
            try await Task.sleep(for: .microseconds(micros))
            throw TimeLimitExceeded()
        }
        defer { group.cancelAll() }
        guard let first = try await group.next() else { throw CancellationError() }
        return first
    }
}
