import ClickHouseStorage
import Foundation

/// A ClickHouse server of its own, on a port of the loopback interface and with its data in a temporary folder;
/// gone with the object.
final class TestCluster: Sendable {
    let port: Int
    private let folder: String

    /// Where Debian's package puts it.
    private static let program = "/usr/sbin/clickhouse-server"
    static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

    struct Problem: Error { let text: String }

    /// Starts one and waits until it answers.
    init() throws {
        folder = NSTemporaryDirectory() + "clickhouse-\(UUID().uuidString)"
        port = try Self.freePort()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        for name in ["config.xml", "users.xml"] {
            let text = try String(contentsOfFile: Self.files + name, encoding: .utf8)
                .replacingOccurrences(of: "PORT", with: "\(port)")
                .replacingOccurrences(of: "FOLDER", with: folder)
            try text.write(toFile: "\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        let shell = Process()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.keeping, folder, Self.program, "\(getpid())"]
        shell.standardOutput = FileHandle.nullDevice
        shell.standardError = FileHandle(forWritingAtPath: "/dev/null")
        try shell.run()
        try waitUntilItAnswers()
    }

    /// Runs the server for as long as the tests run, whatever becomes of them, and clears away after it.
    private static let keeping = """
        "$1" --config-file="$0/config.xml" & echo $! > "$0/pid"
        while kill -0 "$2" && kill -0 $!; do sleep 1; done
        kill -9 $!
        rm -r "$0"
        """

    deinit { kill() }

    /// As a crash of the machine would end it.
    func kill() {
        guard let text = FileManager.default.contents(atPath: folder + "/pid"),
            let pid = Int32(String(decoding: text, as: UTF8.self).dropLast())
        else { return }
        // Not asked to stop: children of these threads block the signal for that.
        Foundation.kill(pid, SIGKILL)
    }

    func address(user: String = "default", database: String = "default") throws -> ServerAddress {
        try ServerAddress("clickhouse://\(user)@127.0.0.1:\(port)/\(database)")
    }

    private func waitUntilItAnswers() throws {
        let connection = ServerConnection(try address(), password: nil)
        let deadline = Date(timeIntervalSinceNow: 60)
        while Date() < deadline {
            do {
                return try connection.execute("SELECT 1", operation: "waiting")
            } catch {
                usleep(50_000)
            }
        }
        throw Problem(text: "the server does not answer on port \(port)")
    }

    /// A port that nobody listens on at the moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutableBytes(of: &address) { bytes in
            let pointer = bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self)
            return bind(descriptor, pointer, length) == 0
                && getsockname(descriptor, pointer, &length) == 0
        }
        guard isBound else { throw Problem(text: "no port is free") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// The configuration of such servers.
    private static let files =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Cluster/"
}
