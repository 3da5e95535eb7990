/// The last bytes that were read of a source, by which a copy of it is known that ends among them.
///
/// Rotation by copying copies, then truncates. What is written in between may be read here before
/// the truncation, and the copy then ends before what was read.
struct RecentBytes: Sendable {
    /// Where the source lies or lay, for people.
    var path: String
    /// What stood before `bytes`.
    private var base = SourceFingerprint()
    private var bytes: [UInt8] = []

    /// The minimum number of bytes kept, once as many were read.
    static let length = 16 << 10

    init(path: String) { self.path = path }

    /// Begins anew behind a fingerprint.
    mutating func begin(at fingerprint: SourceFingerprint) {
        base = fingerprint
        bytes = []
    }

    /// Takes what was read since, as it stands in the file.
    mutating func append(_ more: [UInt8]) {
        bytes += more
        guard bytes.count > 2 * Self.length else { return }
        let surplus = bytes.count - Self.length
        bytes.withUnsafeBytes { base.append(UnsafeRawBufferPointer(rebasing: $0[..<surplus])) }
        bytes.removeFirst(surplus)
    }

    var start: Int64 { base.offset }
    var end: Int64 { base.offset + Int64(bytes.count) }

    /// Whether the source can be told up to an offset.
    func covers(_ offset: Int64) -> Bool {
        offset > 0 && base.offset <= offset && offset <= end
    }

    /// The fingerprint of the source up to an offset that is covered.
    func fingerprint(at offset: Int64) -> SourceFingerprint {
        var fingerprint = base
        let count = Int(offset - base.offset)
        bytes.withUnsafeBytes {
            fingerprint.append(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
        return fingerprint
    }
}
