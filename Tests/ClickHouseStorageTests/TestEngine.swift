import ClickHouseStorage
import Foundation

/// The two ClickHouses that every statement has to suit: Debian's server of 2018, and the engine of today.
enum TestEngine: String, CaseIterable, Sendable {
    case debian
    case today

    /// Those that are there.
    static let installed = allCases.filter { engine in
        switch engine {
        case .debian: TestCluster.isInstalled
        case .today: TodaysEngine.isInstalled
        }
    }

    private static let cluster = Result { try TestCluster() }
    private static let engine = Result { try TodaysEngine() }

    /// A connection to one that all tests share.
    func connection(database: String = "default") throws -> ServerConnection {
        let address =
            switch self {
            case .debian: try Self.cluster.get().address(database: database)
            case .today: try Self.engine.get().address(database: database)
            }
        return ServerConnection(address, password: nil)
    }
}

/// chDB behind `chdb_server.py`, for as long as this is referenced.
final class TodaysEngine: Sendable {
    private let port: Int
    private let folder: String
    private let process = Process()
    private let input = Pipe()

    private static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    private static let venv = here.deletingLastPathComponent().deletingLastPathComponent()
        .appendingPathComponent(".build/venv").path
    static let isInstalled: Bool = {
        let lib = venv + "/lib"
        // Without the folder nothing is installed.
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: lib)) ?? []
        return versions.contains {
            FileManager.default.fileExists(atPath: "\(lib)/\($0)/site-packages/chdb")
        }
    }()

    init() throws {
        folder = NSTemporaryDirectory() + "chdb-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Self.venv + "/bin/python3")
        process.arguments = [Self.here.appendingPathComponent("chdb_server.py").path, folder]
        let output = Pipe()
        process.standardInput = input
        process.standardOutput = output
        try process.run()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        guard let port = Int(line.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw TestCluster.Problem(text: "chdb_server.py said \(line)")
        }
        self.port = port
    }

    deinit { kill(process.processIdentifier, SIGKILL) }

    func address(database: String) throws -> ServerAddress {
        try ServerAddress("clickhouse://127.0.0.1:\(port)/\(database)")
    }
}
