import AgentEvents
package import EventStorage
import Foundation

extension FileStatus {
    /// Looks at what lies at a path now, following symbolic links.
    package init(at path: String) {
        self.init()
        var file = stat()
        guard stat(path, &file) == 0 else {
            error = errno
            return
        }
        size = Int64(file.st_size)
        inode = Int64(file.st_ino)
        written = Timestamp(
            micros: Int64(file.st_mtim.tv_sec) * Micros.second + Int64(file.st_mtim.tv_nsec) / 1_000
        )
    }
}
