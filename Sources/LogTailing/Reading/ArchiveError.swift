/// An archive could not be unpacked to its end; what stands before the place has been handed out.
package enum ArchiveError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The file ends inside of a gzip member or zstd frame: it may still be being written.
    ///
    /// `at`: the length of the file in compressed bytes, when its end was found.
    case cut(at: Int64)
    /// What was written is not what is there. `reason`: for people, what is wrong and where.
    case corrupt(reason: String)
    /// A proper archive of a kind that is not read. `reason`: for people; `advice`: what to do.
    case unsupported(reason: String, advice: String)

    package var description: String {
        switch self {
        case .cut(let length):
            "the archive ends in the middle, after \(length) bytes; "
                + "wait until it is written, or copy it again"
        case .corrupt(let reason):
            "the archive is damaged: \(reason); restore it from another copy"
        case .unsupported(let reason, let advice):
            "it cannot be read: \(reason); \(advice)"
        }
    }
}
