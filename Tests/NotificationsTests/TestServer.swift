import Foundation

/// A program of Tests/Receivers that serves on loopback for as long as this is referenced.
final class TestServer: Sendable {
    /// What it was sent.
    struct Request: Decodable {
        var path: String
        var headers: [String: String]
        var body: String
        var at: Double
    }

    let port: Int
    let folder: URL
    private let process: Process
    private let input = Pipe()

    /// The folder of Tests/Receivers.
    static let programs = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("Receivers").path

    /// Where it is encrypted, with a certificate of its own making.
    init(isEncrypted: Bool = false) throws {
        folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("receivers-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: false)
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        let record = folder.appendingPathComponent("record").path
        process.arguments = ["python3", Self.programs + "/receiver.py", record]
        if isEncrypted { process.arguments?.append("tls") }
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CocoaError(.fileReadUnknown)
        }
        self.port = port
    }

    deinit {
        // Not asked to stop: children of these threads block the signal for that.
        kill(process.processIdentifier, SIGKILL)
        // A folder that stays is no reason to fail a test that has passed.
        try? FileManager.default.removeItem(at: folder)
    }

    func url(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

    /// Every request so far, in the order in which they came.
    func requests() throws -> [Request] {
        let path = folder.appendingPathComponent("record").path
        guard let data = FileManager.default.contents(atPath: path) else { return [] }
        return try data.split(separator: 10).map {
            try JSONDecoder().decode(Request.self, from: Data($0))
        }
    }
}
