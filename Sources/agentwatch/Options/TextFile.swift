import AgentEvents
import Glibc
import Presentation

/// Small text files that people write, read whole.
enum TextFile {
    private static let maxBytes = 16 << 20

    /// The content of a UTF-8 file.
    static func content(_ path: String) throws -> String {
        let operation = "reading \(SafeText.line(path))"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw CommandFailure(
                operation,
                String(cString: strerror(errno)),
                "name a file that can be read"
            )
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = read(file, &chunk, chunk.count)
            if count == 0 { break }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else {
                throw CommandFailure(
                    operation,
                    String(cString: strerror(errno)),
                    "name a file that can be read"
                )
            }
            bytes += chunk.prefix(count)
            guard bytes.count <= maxBytes else {
                throw CommandFailure(operation, "it is longer than 16 MiB", "name another file")
            }
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(operation, "it is not UTF-8", "save it as UTF-8")
        }
        // Editors on Windows begin a file with a byte order mark.
        guard text.unicodeScalars.first == "\u{feff}" else { return text }
        return String(text.unicodeScalars.dropFirst())
    }
}
