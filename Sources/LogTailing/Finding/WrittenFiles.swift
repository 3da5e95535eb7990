import Foundation

/// Files that this process writes to: following them would feed it with itself.
package struct WrittenFiles: Sendable {
    /// Paths, which may not be there yet.
    private let paths: [String]
    private let descriptors: [Int32]

    /// `descriptors`: of files that are open for writing, such as a redirected standard error; those
    /// of terminals and pipes count for nothing.
    package init(paths: [String] = [], descriptors: [Int32] = []) {
        self.paths = paths
        self.descriptors = descriptors
    }

    /// Which files they are now.
    func identities() -> Set<FileIdentity> {
        // What is not there or not open is nowhere to be found either.
        let named = paths.compactMap { try? FileFacts(path: $0) }
        // As above.
        let open = descriptors.compactMap { try? FileFacts(descriptor: $0) }
        return Set((named + open).filter(\.isRegular).map(\.identity))
    }
}
