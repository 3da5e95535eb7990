/// A path as the system compares it: by its bytes.
///
/// Strings of the language are equal where they read alike, also where one has `é` as one code point
/// and the other as two, which are two files.
struct PathKey: Hashable, Comparable {
    let path: String

    init(_ path: String) { self.path = path }

    static func == (left: PathKey, right: PathKey) -> Bool {
        left.path.utf8.elementsEqual(right.path.utf8)
    }

    static func < (left: PathKey, right: PathKey) -> Bool {
        left.path.utf8.lexicographicallyPrecedes(right.path.utf8)
    }

    func hash(into hasher: inout Hasher) {
        var path = path
        path.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
        // So that the bytes of what is hashed next are not taken for more of these.
        hasher.combine(UInt8.max)
    }
}

extension String {
    /// Whether two paths have the same bytes.
    func isSamePath(as other: String) -> Bool { PathKey(self) == PathKey(other) }
}
