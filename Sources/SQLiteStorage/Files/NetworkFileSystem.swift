import CSQLiteBatch
import Foundation

/// Tells file systems of other machines from those of this one.
///
/// SQLite's locks and its shared memory need one kernel that sees all of it.
package enum NetworkFileSystem {
    /// The types that `statfs` reports for NFS, SMB (three of them), 9P, AFS, Ceph, Coda, Lustre,
    /// GFS2, OCFS2, VirtualBox and VMware folders.
    private static let types: Set<UInt32> = [
        0x6969, 0x517B, 0xFF53_4D42, 0xFE53_4D42, 0x0102_1997, 0x5346_414F, 0x6B41_4653,
        0x00C3_6400,
        0x7375_7245, 0x0BD0_0BD0, 0x0116_1970, 0x7461_636F, 0x786F_4256, 0xBACB_ACBC,
    ]
    private static let fuse: UInt32 = 0x6573_5546
    /// The names of FUSE file systems in the table of mounts.
    private static let served: Set<String> = [
        "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.ceph-fuse", "fuse.rclone", "fuse.s3fs",
        "fuse.gcsfuse", "fuse.davfs", "fuse.davfs2", "fuse.curlftpfs", "fuse.mfs", "fuse.juicefs",
        "fuse.blobfuse", "fuse.blobfuse2", "fuse.goofys",
    ]

    /// Whether files of this type lie on another machine.
    ///
    /// `type`: as `statfs` says. `mounted`: the type that the table of mounts names, where it does.
    package static func isNetwork(type: UInt32, mounted: String?) -> Bool {
        if types.contains(type) { return true }
        return type == fuse && mounted.map(served.contains) ?? false  // unknown: on this machine
    }

    /// The type of the mount that holds a path, from the text of /proc/self/mountinfo.
    ///
    /// `device`: major and minor number of the path's device, as in `8:1`.
    package static func mounted(device: String, mountInfo: String) -> String? {
        for line in mountInfo.split(separator: "\n") {
            // 36 35 98:0 /root /mount options optional... - type source options
            let words = line.split(separator: " ")
            guard words.count > 2, words[2] == device,
                let dash = words.firstIndex(of: "-"), dash + 1 < words.count
            else { continue }
            return String(words[dash + 1])
        }
        return nil
    }
}

extension SQLiteStore {
    /// Whether a database at this path lies, or would lie, on a file system of another machine,
    /// where SQLite's locks may not hold; false where that cannot be told.
    package static func isOnNetworkFileSystem(_ path: String) -> Bool {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        var facts = stat()
        // The database, or the folder that it will lie in.
        let place = stat(path, &facts) == 0 ? path : folder
        guard stat(place, &facts) == 0, let type = UInt32(exactly: aw_file_system_type(place))
        else { return false }
        let device = UInt64(facts.st_dev)
        let major = (device >> 8) & 0xFFF | (device >> 32) & ~0xFFF
        let minor = device & 0xFF | (device >> 12) & 0xFF_FF00
        // Without a table of mounts the type alone decides.
        let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        return NetworkFileSystem.isNetwork(
            type: type,
            mounted: table.flatMap {
                NetworkFileSystem.mounted(device: "\(major):\(minor)", mountInfo: $0)
            }
        )
    }
}
