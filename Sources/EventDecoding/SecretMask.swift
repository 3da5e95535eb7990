/// Masks API keys and bearer tokens in everything that is stored.
///
/// A secret becomes `[masked:1a2b3c4d]` with the first eight digits of its SHA-256, so that equal
/// secrets stay equal and can be told from others. Works on any bytes, UTF-8 or not, in one pass
/// that looks closer only where the first two bytes of a known pattern stand.
package enum SecretMask {
    /// The bytes with their secrets masked; nothing where there is nothing to mask.
    package static func masked(_ bytes: UnsafeRawBufferPointer) -> [UInt8]? {
        var progress = SecretScanner.Progress()
        guard var secret = scanner.secret(in: bytes, from: 0, &progress) else { return nil }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var copied = 0
        while true {
            output.append(contentsOf: bytes[copied..<secret.lowerBound])
            output.append(contentsOf: opening)
            ByteDigest(UnsafeRawBufferPointer(rebasing: bytes[secret]))
                .appendHex(bytes: 4, to: &output)
            output.append(UInt8(ascii: "]"))
            copied = secret.upperBound
            guard let next = scanner.secret(in: bytes, from: copied, &progress) else { break }
            secret = next
        }
        output.append(contentsOf: bytes[copied...])
        return output
    }

    /// Calls `body` with the masked bytes, which are the bytes themselves where nothing is secret.
    @inline(__always)
    static func withMasked<Result>(
        _ bytes: UnsafeRawBufferPointer,
        _ body: (UnsafeRawBufferPointer) -> Result
    ) -> Result {
        guard let masked = masked(bytes) else { return body(bytes) }
        return masked.withUnsafeBytes(body)
    }

    /// What every masked secret begins with.
    static let opening = Array("[masked:".utf8)

    private static let scanner = SecretScanner()
}
