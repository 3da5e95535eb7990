import LogTailing
import Pipeline

/// Unpacks gzip as it arrives, all members one after another, up to a limit.
final class GzipInflater {
    /// Why a body cannot be unpacked.
    enum Problem: Error {
        /// It is no gzip, or is damaged.
        case corrupt
        /// It holds more than is allowed.
        case tooLong
    }

    private let maxBytes: Int
    private let decoder = ZlibStream()
    /// Whether a member has begun that is not at its end.
    private var isInMember = false
    /// What is unpacked so far.
    private(set) var content = PostedBytes()

    /// `maxBytes`: how many bytes may come out.
    init(maxBytes: Int) { self.maxBytes = maxBytes }

    /// Unpacks the bytes that follow.
    ///
    /// `willHold`: told how many bytes `content` may have after the next step, before memory is taken
    /// for them; what it throws ends the unpacking.
    ///
    /// - Throws: `Problem`, and what `willHold` throws.
    func append(_ bytes: UnsafeRawBufferPointer, willHold: (Int) throws -> Void) throws {
        guard decoder.hasStarted else { throw Problem.corrupt }
        var rest = bytes
        var hasMore = true
        while !rest.isEmpty || (hasMore && isInMember) {
            try willHold(content.count + Self.chunk)
            hasMore = try inflateSome(of: &rest)
        }
    }

    /// Ends the body.
    ///
    /// - Throws: `Problem.corrupt` where a member is cut.
    func finish() throws {
        if isInMember { throw Problem.corrupt }
    }

    private static let chunk = 64 << 10

    /// Unpacks up to a chunk; whether the chunk was filled, so that there may be more.
    private func inflateSome(of rest: inout UnsafeRawBufferPointer) throws -> Bool {
        var (read, state) = (0, ZlibStream.State.insideMember)
        let output = [UInt8](unsafeUninitializedCapacity: Self.chunk) { buffer, count in
            (read, count, state) = decoder.inflate(
                rest,
                into: UnsafeMutableRawBufferPointer(buffer)
            )
        }
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(read))
        guard content.count + output.count <= maxBytes else { throw Problem.tooLong }
        output.withUnsafeBytes { content.append($0) }
        if case .corrupt = state { throw Problem.corrupt }
        isInMember = state == .insideMember
        return output.count == Self.chunk
    }
}
