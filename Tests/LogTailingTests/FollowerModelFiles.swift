import CZlib
import CZstd
import Foundation

/// One stretch of bytes under a name or without one: until it is truncated or deleted.
final class ModelContent {
    /// Its lines in order, as records of the world.
    var lines: [Int] = []
    /// What stands behind the last line end.
    var partial = ""
    /// What the writer still has to write of the partial line.
    var rest: String?
    /// `nil` once no file has it any more by name.
    var path: String?
    let isArchive: Bool
    /// Whether its writer may still have it open.
    var hasWriter = true
    /// How long nothing was written to it since it has its name, in milliseconds.
    var quietFor = 0
    /// Whether the running reader had it open when it went to where no pattern leads.
    var isHeld = false

    init(path: String, isArchive: Bool = false) {
        self.path = path
        self.isArchive = isArchive
    }
}

/// A line that somebody wrote; copies and archives of it are the same record.
struct ModelRecord {
    var text: String
    /// Whether it must be in the store at the end; false where it was lawfully lost.
    var isRequired: Bool
}

/// The bytes of files as the model needs them.
enum ModelDisk {
    static func append(_ text: String, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "the disk is full")
    }

    /// Writes at an offset of a file that may be shorter.
    static func write(_ text: String, to path: String, at offset: Int) {
        let descriptor = open(path, O_WRONLY)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        let written = bytes.withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(offset))
        }
        precondition(written == bytes.count, "the disk is full")
    }

    static func size(_ path: String) -> Int {
        var facts = stat()
        return stat(path, &facts) == 0 ? Int(facts.st_size) : 0
    }

    static func inode(_ path: String) -> UInt64? {
        var facts = stat()
        return stat(path, &facts) == 0 ? UInt64(facts.st_ino) : nil
    }

    static func read(_ path: String) -> [UInt8] {
        let descriptor = open(path, O_RDONLY)
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: size(path))
        let count = bytes.withUnsafeMutableBytes {
            Glibc.read(descriptor, $0.baseAddress, $0.count)
        }
        return Array(bytes.prefix(max(0, count)))
    }

    static func append(_ bytes: ArraySlice<UInt8>, to path: String) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        defer { close(descriptor) }
        let written = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
        precondition(written == bytes.count, "the disk is full")
    }

    static func gzip(_ bytes: [UInt8]) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        deflateInit2_(&stream, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size)
        defer { deflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: bytes.count + bytes.count / 100 + 600)
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = uInt(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = uInt(output.count)
                precondition(deflate(&stream, Z_FINISH) == Z_STREAM_END)
                return Array(output.prefix(Int(stream.total_out)))
            }
        }
    }

    static func zstd(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        let capacity = output.count
        let count = ZSTD_compress(&output, capacity, bytes, bytes.count, 3)
        precondition(ZSTD_isError(count) == 0)
        return Array(output.prefix(count))
    }

    /// The inodes of a folder's files that this process has open, deleted ones included.
    static func openInodes(in folder: String) -> Set<UInt64> {
        var inodes: Set<UInt64> = []
        guard let listing = opendir("/proc/self/fd") else { return [] }
        defer { closedir(listing) }
        while let entry = readdir(listing) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard let number = Int32(name) else { continue }
            guard linkTarget("/proc/self/fd/\(name)").hasPrefix(folder + "/") else { continue }
            var facts = stat()
            if fstat(number, &facts) == 0 { inodes.insert(UInt64(facts.st_ino)) }
        }
        return inodes
    }

    /// What a symbolic link says; empty where there is none any more.
    private static func linkTarget(_ path: String) -> String {
        var bytes = [CChar](repeating: 0, count: 512)
        let count = readlink(path, &bytes, 512)
        return String(
            decoding: bytes.prefix(max(0, count)).map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
    }
}
