import AgentEvents
import Foundation
import Notifications
import Resilience
import Testing

/// Programs that are really run.
struct CommandTests {
    private let folder: URL

    init() throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("commands-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
    }

    private func run(
        _ words: [String],
        timeout: Int64 = 10 * Micros.second
    ) async throws -> AttemptResult {
        let settings = Samples.settings(.command, name: "mine", command: words)
        let outgoing = try settings.receiver().outgoing(
            for: Samples.delivery("17"),
            at: Samples.start
        )
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let transport = SystemTransport(
            http: HTTPSender { Samples.start },
            processes: ProcessRunner(environment: ["PATH": path]),
            log: { _ in }
        )
        return await transport.carry(outgoing, timeout: timeout)
    }

    private func text(_ name: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
    }

    @Test("The payload is on standard input, arguments reach the program as they are")
    func arguments() async throws {
        let file = folder.appendingPathComponent("out").path
        let script = """
            import json, os, sys
            payload = json.load(sys.stdin)
            json.dump({"version": payload["version"], "words": sys.argv[2:],
                       "delivery": os.environ["AGENTWATCH_DELIVERY"],
                       "receiver": os.environ["AGENTWATCH_RECEIVER"],
                       "leader": os.getpid() == os.getpgrp(),
                       "open": [d for d in range(3, 50) if os.path.exists(f"/proc/self/fd/{d}")]},
                      open(sys.argv[1], "w"))
            """
        let odd = ["$HOME", "a b", "; touch x", "`id`", "*", ""]
        #expect(try await run(["python3", "-c", script, file] + odd) == .accepted)
        let seen = try #require(
            try JSONSerialization.jsonObject(with: Data(text("out").utf8)) as? [String: Any]
        )
        #expect(seen["version"] as? String == "4")
        #expect(seen["words"] as? [String] == odd)
        #expect(seen["delivery"] as? String == "17")
        #expect(seen["receiver"] as? String == "mine")
        #expect(seen["leader"] as? Bool == true)
        #expect(seen["open"] as? [Int] == [])
    }

    @Test("Exit codes and what was complained of are told; signals too")
    func failures() async throws {
        let failed = try await run(["sh", "-c", "cat > /dev/null; echo 'no\tluck' >&2; exit 3"])
        #expect(failed == .again("exit code 3: no\\tluck"))
        #expect(try await run(["sh", "-c", "kill -TERM $$"]) == .again("exit code 143"))
        #expect(try await run(["false"]) == .again("exit code 1"))
    }

    @Test("What cannot be started is refused")
    func missing() async throws {
        let result = try await run([folder.path + "/no-such-program"])
        #expect(result.verdict == .refused)
        #expect(result.problem?.contains("No such file") == true)
    }

    @Test("A program that reads nothing, or writes without end to nobody, is no trouble")
    func output() async throws {
        #expect(try await run(["true"]) == .accepted)
        #expect(try await run(["sh", "-c", "head -c 5000000 /dev/zero"]) == .accepted)
    }

    @Test("A timeout kills the whole process group")
    func timeout() async throws {
        let pids = folder.appendingPathComponent("pids").path
        // The grandchild ignores signals that can be ignored, and so does the child.
        let script = "trap '' TERM INT HUP; sleep 600 & echo $$ $! > \"$1\"; sleep 600"
        let clock = ContinuousClock.now
        let result = try await run(["sh", "-c", script, "sh", pids], timeout: Micros.second)
        #expect(result == .again("killed, took too long"))
        #expect(ContinuousClock.now - clock < .seconds(500))
        let numbers = try text("pids").split(whereSeparator: \.isWhitespace).compactMap {
            Int32($0)
        }
        #expect(numbers.count == 2)
        for number in numbers {
            let end = ContinuousClock.now + .seconds(60)
            // Orphans are collected by another process, which may take a moment.
            while isRunning(number), ContinuousClock.now < end {
                try await Task.sleep(for: .milliseconds(5))
            }
            #expect(!isRunning(number), "process \(number)")
        }
    }

    @Test("A program that leaves something in the background has ended all the same")
    func background() async throws {
        let clock = ContinuousClock.now
        #expect(try await run(["sh", "-c", "sleep 100 & exit 0"]) == .accepted)
        #expect(ContinuousClock.now - clock < .seconds(90))
    }

    /// Whether a process is there and is no mere entry that waits to be collected.
    private func isRunning(_ process: Int32) -> Bool {
        let stat = FileManager.default.contents(atPath: "/proc/\(process)/stat") ?? Data()
        let text = String(decoding: stat, as: UTF8.self)
        guard let state = text.split(separator: ") ").last?.first else { return false }
        return state != "Z"
    }
}
