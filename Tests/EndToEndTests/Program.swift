import Foundation

/// What a program left behind when it ended.
struct Finished: Sendable {
    /// The exit code, or 128 and the signal that killed it.
    var code: Int32
    var output: String
    var complaints: String

    /// The lines of standard error.
    var complaintLines: [String] { complaints.split(separator: "\n").map(String.init) }
}

/// Why a program gave no answer.
struct ProgramFailure: Error, CustomStringConvertible {
    var description: String
}

/// A program to run with its arguments, by its path or name.
///
/// Output goes through files, so that no pipe can fill up.
struct Program: Sendable {
    var path: String
    /// Put before the arguments of every run.
    var first: [String] = []

    static let python = Program(path: "python3")
    static let shell = Program(path: "/bin/sh", first: ["-c"])
    /// Runs another program in a folder, in the same process.
    private static let launcher = "/usr/bin/env"

    /// Runs to the end, at most for `seconds`.
    ///
    /// `input` is put on standard input; `environment` stands beside PATH and HOME.
    func run(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        folder: String? = nil,
        seconds: Double = 120
    ) throws -> Finished {
        let running = try start(arguments, input: input, environment: environment, folder: folder)
        return try running.finished(seconds: seconds)
    }

    /// Starts without waiting.
    func start(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        folder: String? = nil
    ) throws -> RunningProgram {
        let scratch = try TemporaryFolder()
        try Data(input).write(to: URL(fileURLWithPath: scratch.path("input")))
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let create = O_WRONLY | O_CREAT | O_TRUNC
        posix_spawn_file_actions_addopen(&actions, 0, scratch.path("input"), O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, scratch.path("output"), create, 0o600)
        posix_spawn_file_actions_addopen(&actions, 2, scratch.path("complaints"), create, 0o600)
        var child: pid_t = 0
        let words = [Self.launcher, "-C", folder ?? scratch.path, path] + first + arguments
        let code = withCStrings(words) { argv in
            withCStrings(Self.variables(environment)) { envp in
                posix_spawn(&child, Self.launcher, &actions, nil, argv, envp)
            }
        }
        guard code == 0 else {
            throw ProgramFailure(description: "\(path): \(String(cString: strerror(code)))")
        }
        return RunningProgram(process: child, words: words, scratch: scratch)
    }

    private static func variables(_ more: [String: String]) -> [String] {
        let outer = ProcessInfo.processInfo.environment
        var kept = outer.filter { ["PATH", "HOME", "LD_LIBRARY_PATH"].contains($0.key) }
        kept["LC_ALL"] = "C.UTF-8"
        return kept.merging(more) { $1 }.map { "\($0.key)=\($0.value)" }
    }
}

/// A program that was started.
struct RunningProgram: ~Copyable {
    let process: pid_t
    private let words: [String]
    private let scratch: TemporaryFolder

    init(process: pid_t, words: [String], scratch: TemporaryFolder) {
        self.process = process
        self.words = words
        self.scratch = scratch
    }

    /// Its answer, where it has ended.
    func finishedNow() throws -> Finished? {
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7f
        let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
        return Finished(code: code, output: try text("output"), complaints: try text("complaints"))
    }

    /// Its answer; killed and an error where it takes longer.
    func finished(seconds: Double) throws -> Finished {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let finished = try finishedNow() { return finished }
            usleep(1_000)
        }
        kill()
        throw ProgramFailure(description: "took over \(seconds) s: \(words.joined(separator: " "))")
    }

    /// As `finished`, while other tests go on.
    func finishedLater(seconds: Double) async throws -> Finished {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            // Looked at before the clock: a busy machine may let this task wait longer than that.
            if let finished = try finishedNow() { return finished }
            guard ContinuousClock.now < deadline else { break }
            try await Task.sleep(for: .milliseconds(20))
        }
        kill()
        throw ProgramFailure(description: "took over \(seconds) s: \(words.joined(separator: " "))")
    }

    /// What it has written so far.
    func outputNow() throws -> String { try text("output") }

    /// What it has complained of so far.
    func complaintsNow() throws -> String { try text("complaints") }

    /// Asks it to stop, or to do what else the signal means.
    func send(_ signal: Int32) { Foundation.kill(process, signal) }

    /// Ends it as a crash of the machine would, as far as processes go.
    func kill() {
        Foundation.kill(process, SIGKILL)
        var status: Int32 = 0
        waitpid(process, &status, 0)
    }

    private func text(_ name: String) throws -> String {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: scratch.path(name)))
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Calls `body` with a list as C programs take it, ended by a null pointer.
private func withCStrings<T>(
    _ words: [String],
    _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> T
) -> T {
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(
        capacity: words.count + 1
    )
    for (index, word) in words.enumerated() { list[index] = strdup(word) }
    list[words.count] = nil
    defer {
        for index in words.indices { free(list[index]) }
        list.deallocate()
    }
    return body(list)
}
