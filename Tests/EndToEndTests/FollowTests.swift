import Foundation
import Testing

/// The real program on real files, as Tests/Follower plays it: each scenario is a Python function
/// with writers, rotations and faults, which ends with a recount.
///
/// They run in three rows beside each other, since some wait more than they work. Not one of them
/// sleeps for luck: they wait for conditions, with deadlines.
struct FollowTests {
    private static let seed = ProcessInfo.processInfo.environment["AGENTWATCH_FOLLOW_SEED"] ?? "1"

    /// Plays one scenario; its story is in the failure.
    private func play(_ name: String) async throws {
        let running = try Program.python.start([
            Checkout.path("Tests/Follower/follow.py"), "--binary", Binary.program.path, "--seed",
            Self.seed, name,
        ])
        let played = try await running.finishedLater(seconds: 420)
        if played.code == 77 {
            try Test.cancel("\(played.output)")
        }
        #expect(played.code == 0, "\(played.output)\(played.complaints)")
    }

    @Test(
        "Killed 50 times while files rotate, nothing is lost and nothing is there twice",
        .serialized,
        arguments: ["kill_loop_create", "kill_loop_copytruncate"]
    )
    func kills(scenario: String) async throws { try await play(scenario) }

    @Test(
        "Rotations, real and by hand",
        .serialized,
        arguments: [
            "logrotate_create", "logrotate_create_delayed", "logrotate_copytruncate",
            "logrotate_copytruncate_delayed", "ingested_then_tailed", "archive_of_unread",
            "cut_archive", "link_retargeted", "deleted_while_open", "held_files", "from_end",
            "truncated_and_regrown",
        ]
    )
    func rotations(scenario: String) async throws { try await play(scenario) }

    @Test(
        "Faults around the reader, and everything at once",
        .serialized,
        arguments: [
            "database_locked", "disk_full", "permission", "late_glob", "two_followers",
            "stopped_under_load", "all_at_once", "many_files",
        ]
    )
    func faults(scenario: String) async throws { try await play(scenario) }

    @Test(
        "What stands in files",
        .serialized,
        arguments: [
            "wrappers", "torn_lines", "hostile_bytes", "same_beginnings", "held_partial_line",
            "archived_logs",
        ]
    )
    func contents(scenario: String) async throws { try await play(scenario) }

    @Test("Every scenario there is, is played here or in make soak")
    func complete() throws {
        let listed = try Program.python.run([Checkout.path("Tests/Follower/follow.py"), "--list"])
        let text =
            try Checkout.text("Tests/EndToEndTests/FollowTests.swift")
            + Checkout.text("scripts/soak.sh")
        for name in listed.output.split(separator: "\n") {
            #expect(text.contains(name), "\(name)")
        }
    }
}
