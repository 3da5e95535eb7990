import Foundation

/// A program that was started in a process group of its own.
///
/// Input and complaints go through files without a name: no pipe can fill up, nothing has to be
/// written while it runs, and what it leaves running in the background keeps nobody waiting.
actor SpawnedProcess {
    /// How it ended.
    struct End: Sendable {
        /// The exit code, or 128 and the signal.
        var code: Int32
        /// What it wrote on standard error, as far as it is kept.
        var complaints: String
    }

    private let process: pid_t
    private let complaints: FileHandle
    private var end: End?

    private static let maxBytes = 4_096

    init(_ words: [String], input: [UInt8], variables: [String: String]) throws {
        let source = try Self.namelessFile()
        try source.write(contentsOf: Data(input))
        try source.seek(toOffset: 0)
        complaints = try Self.namelessFile()
        let errors = complaints
        // Each closes its descriptor when it goes, which must not be before the program has it.
        process = try withExtendedLifetime((source, errors)) {
            try Self.spawn(
                words,
                variables,
                input: source.fileDescriptor,
                complaints: errors.fileDescriptor
            )
        }
    }

    /// Waits for the end; throws when cancelled.
    func end() async throws -> End {
        var pause = 1
        while true {
            if let end = endNow() { return end }
            try await Task.sleep(for: .milliseconds(pause))
            pause = min(pause * 2, 50)
        }
    }

    /// Kills the whole group and waits until the program is gone.
    func kill() async {
        // Collected already, the number may belong to another group by now.
        guard end == nil else { return }
        Foundation.kill(-process, SIGKILL)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        end = End(code: 128 + SIGKILL, complaints: "")
    }

    private func endNow() -> End? {
        if let end { return end }
        var status: Int32 = 0
        guard waitpid(process, &status, WNOHANG) == process else { return nil }
        let signal = status & 0x7f
        let code = signal == 0 ? (status >> 8) & 0xff : 128 + signal
        end = End(code: code, complaints: written())
        return end
    }

    /// The beginning of what it complained of; nothing where that cannot be read.
    private func written() -> String {
        do {
            try complaints.seek(toOffset: 0)
            let bytes = try complaints.read(upToCount: Self.maxBytes) ?? Data()
            let text = String(decoding: bytes, as: UTF8.self)
            return text.trimmingCharacters(in: .whitespacesAndNewlines)
        } catch {
            return ""
        }
    }

    /// A file that nobody else can open and that goes away with its last descriptor.
    private static func namelessFile() throws -> FileHandle {
        var path = Array((NSTemporaryDirectory() + "/agentwatch-XXXXXX").utf8CString)
        let descriptor = mkstemp(&path)
        guard descriptor >= 0 else { throw SpawnProblem(code: errno) }
        unlink(path)
        guard fcntl(descriptor, F_SETFD, FD_CLOEXEC) == 0 else { throw SpawnProblem(code: errno) }
        return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    private static func spawn(
        _ words: [String],
        _ variables: [String: String],
        input: Int32,
        complaints: Int32
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, complaints, 2)
        for descriptor in 3...(try highestDescriptor()) {
            posix_spawn_file_actions_addclose(&actions, descriptor)
        }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // No signal that this program blocks or ignores is blocked or ignored there.
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var child: pid_t = 0
        let code = withCStrings(words) { argv in
            withCStrings(variables.map { "\($0.key)=\($0.value)" }) { envp in
                posix_spawnp(&child, words.first ?? "", &actions, &attributes, argv, envp)
            }
        }
        guard code == 0 else { throw SpawnProblem(code: code) }
        return child
    }

    /// No descriptor that is open is above it.
    ///
    /// Connections of other threads are no business of the program, and not everybody marks them to be
    /// closed there. Closing what is not open is no error.
    private static func highestDescriptor() throws -> Int32 {
        let names = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        // A few more, for those that are opened before the program is started.
        return (names.compactMap { Int32($0) }.max() ?? 3) + 32
    }

    /// Calls `body` with a list as C programs take it, ended by a null pointer.
    private static func withCStrings<T>(
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
}

/// Why a program was not started.
struct SpawnProblem: Error, CustomStringConvertible {
    var code: Int32

    var description: String { String(cString: strerror(code)) }
}
