import Foundation

/// What this process takes of the machine.
struct ProcessFigures {
    /// Seconds.
    var cpu: Double
    /// Bytes; `nil` where the system does not say.
    var resident: Double?
    /// Files and connections.
    var openFiles: Double?

    /// Reads the figures of this process.
    init() {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
        cpu = seconds(usage.ru_utime) + seconds(usage.ru_stime)
        // A system without /proc says nothing, which is shown as nothing.
        let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").dropFirst().first.flatMap { Double($0) }
        resident = pages.map { $0 * Double(sysconf(Int32(_SC_PAGESIZE))) }
        // As above.
        let files = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
        openFiles = files.map { Double($0.count) }
    }
}
