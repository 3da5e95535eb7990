import Foundation
import Testing

/// The debug build of agentwatch that lies beside the running tests.
struct Binary: Sendable {
    static let program = Program(path: path)

    /// Runs it with arguments in a folder of its own, so that no database of the machine is met.
    static func run(
        _ arguments: [String],
        input: [UInt8] = [],
        environment: [String: String] = [:],
        folder: String? = nil
    ) throws -> Finished {
        try program.run(arguments, input: input, environment: environment, folder: folder)
    }

    /// What a command writes as JSON; a failed expectation where it ends with another code.
    static func json(
        _ arguments: [String],
        code: Int32 = 0,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> JSON {
        let finished = try run(arguments + ["--json"])
        #expect(
            finished.code == code,
            "\(arguments.joined(separator: " ")): \(finished.complaints)",
            sourceLocation: sourceLocation
        )
        return try JSON(finished.output)
    }

    private static var path: String {
        // The test runner is built into the folder of the products.
        let runner = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let folders = [runner, CommandLine.arguments.first].compactMap { $0 }
            .map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        let candidates = (folders + [Checkout.path(".build/debug")]).map { $0 + "/agentwatch" }
        return candidates.first(where: FileManager.default.isExecutableFile) ?? candidates[0]
    }
}

/// The sources that these tests belong to.
enum Checkout {
    private static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path

    /// A path below its top.
    static func path(_ name: String) -> String { root + "/" + name }

    /// A file below its top, as text.
    static func text(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: path(name))), as: UTF8.self)
    }
}

/// Logs of `fixtures/simulate.py`.
struct Simulation {
    static let now = "2026-01-05T12:00:00Z"
    let folder: TemporaryFolder
    let files: [String]

    /// `options` stand beside the seed, the folder and the clock.
    init(seed: Int, _ options: [String]) throws {
        folder = try TemporaryFolder()
        let script = Checkout.path("fixtures/simulate.py")
        let made = try Program.python.run(
            [script, "--out", folder.path("logs"), "--seed", "\(seed)", "--now", Self.now] + options
        )
        guard made.code == 0 else { throw ProgramFailure(description: made.complaints) }
        files = try JSON(made.output)["files"].elements.map { try #require($0.text) }
    }

    /// A database of all its files.
    func ingested() throws -> String {
        let database = folder.path("store.db")
        let read = try Binary.run(["ingest", "--db", database, "--quiet"] + files)
        guard read.code == 0 else { throw ProgramFailure(description: read.complaints) }
        return database
    }
}
