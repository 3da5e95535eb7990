import Glibc

/// How many files and connections the program may have open.
enum OpenFiles {
    /// Raises the limit of open files to what the system allows; each connection counts as one.
    static func allowMost() {
        var limit = rlimit()
        let what = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        guard getrlimit(what, &limit) == 0 else { return }
        limit.rlim_cur = min(limit.rlim_max, 65_536)
        // What it has is enough for the usual case.
        _ = setrlimit(what, &limit)
    }
}
