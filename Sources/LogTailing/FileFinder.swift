import Foundation

package struct FoundFile: Sendable { package var path: String; package var device: Int64; package var inode: Int64; package var size: Int64
  var identity: FileIdentity { FileIdentity(device: device, inode: inode) } }
package struct FileFinder: Sendable {
    package struct Findings { package var files: [FoundFile] = []; package var folders: [String] = []; package var problems: [(path: String, error: ReadError)] = [] }
    let patterns: [String]
    package init(patterns: [String]) { self.patterns = patterns }
    package func find() -> Findings {
        var f = Findings()
        for p in patterns {
            var g = glob_t(); defer { globfree(&g) }
            glob(p, 0, nil, &g)
            for i in 0..<Int(g.gl_pathc) { let path = String(cString: g.gl_pathv[i]!); if let x = try? FileFacts(path: path), x.isRegular { f.files.append(FoundFile(path: path, device: x.identity.device, inode: x.identity.inode, size: x.size)) } }
            f.folders.append((p as NSString).deletingLastPathComponent)
        }
        return f
    }
    package func folderListing(_ folder: String) -> [FoundFile] { FileFinder(patterns: [folder + "/*"]).find().files }
    package func matches(_ path: String) -> Bool { patterns.contains { fnmatch($0, path, FNM_PATHNAME) == 0 } }
}
