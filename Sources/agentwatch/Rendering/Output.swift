import Glibc

/// Standard output, which is data, and standard error, which is for people.
enum Output {
    /// Writes to standard output, all of it or with an error.
    static func write(_ text: String) throws {
        guard let failure = write(text, to: STDOUT_FILENO) else { return }
        // The reader has seen enough; that is no error of anybody's.
        if failure == EPIPE { exit(0) }
        throw CommandFailure(
            "writing the output",
            String(cString: strerror(failure)),
            "send it to a place that can hold it"
        )
    }

    /// Writes a line to standard error; what cannot be said there cannot be said anywhere.
    static func complain(_ line: String) {
        _ = write(line + "\n", to: STDERR_FILENO)
    }

    /// The error number where not all could be written.
    private static func write(_ text: String, to descriptor: Int32) -> Int32? {
        var text = text
        return text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                let count = Glibc.write(
                    descriptor,
                    rest.baseAddress,
                    rest.count
                )
                if count < 0, errno == EINTR { continue }
                if count < 0 { return errno }
                rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(count))
            }
            return nil
        }
    }
}
