import Foundation

/// One look at the file system for all patterns.
struct FileSearch {
    private struct Finding {
        var file: FoundFile
        var isByLink: Bool
    }

    private var files: [FileIdentity: Finding] = [:]
    private var folders: Set<PathKey> = []
    private var problems: [PathKey: ReadError] = [:]
    private var passedOver: Set<PathKey> = []
    /// The folders below which every log has been taken.
    private var seenBelow: Set<PatternWalk.Visit> = []
    /// The listings of this search, so that a folder which several patterns need is read once.
    private var listings: [PathKey: FolderListing] = [:]

    var findings: FileFinder.Findings {
        FileFinder.Findings(
            files: files.values.map(\.file).sorted { PathKey($0.path) < PathKey($1.path) },
            folders: folders.sorted().map(\.path),
            problems: problems.sorted { $0.key < $1.key }
                .map { FileFinder.Problem(path: $0.key.path, error: $0.value) },
            passedOver: passedOver.subtracting(files.values.map { PathKey($0.file.path) })
                .sorted().map(\.path)
        )
    }

    /// Takes what a pattern stands for.
    mutating func look(for text: String) {
        let pattern = PathPattern(text)
        let path = "/" + pattern.components.map(\.text).joined(separator: "/")
        if !PathPattern.hasWildcards(path) || exists(path) {
            return takeNamed(path, isByLink: false)
        }
        var walk = PatternWalk(pattern: pattern, folder: "/", isByLink: false)
        walk.run(in: &self)
    }

    /// Takes every log below a folder.
    mutating func lookBelow(_ folder: String, isByLink: Bool) {
        var walk = PatternWalk(pattern: .everyLog, folder: folder, isByLink: isByLink)
        swap(&walk.visited, &seenBelow)
        walk.run(in: &self)
        swap(&walk.visited, &seenBelow)
    }

    // MARK: what walks ask for

    /// The names in a folder; `nil` where it is gone, or may not be listed, which is noted.
    mutating func list(_ folder: String) -> FolderListing? {
        if let listing = listings[PathKey(folder)] { return listing }
        do {
            guard let listing = try FolderListing.read(folder) else { return nil }
            listings[PathKey(folder)] = listing
            folders.insert(PathKey(folder))
            return listing
        } catch {
            problems[PathKey(folder)] = error
            return nil
        }
    }

    /// What has this very name; `nil` too where the system will not say, which a walk comes to
    /// note.
    func named(_ path: String) -> stat? {
        do { return try stat.named(path) } catch { return nil }
    }

    /// Whether something has this very name.
    func exists(_ path: String) -> Bool { named(path) != nil }

    /// Whether a path leads to a folder; where the system will not say, that is noted.
    mutating func isFolder(_ path: String) -> Bool {
        do { return try stat.following(path)?.isFolder == true } catch {
            problems[PathKey(path)] = error
            return false
        }
    }

    mutating func note(_ code: Int32, at path: String) {
        problems[PathKey(path)] = ReadError(code: code)
    }

    /// Notes a file whose name does not look like a log's.
    mutating func passOver(_ path: String) {
        if passedOver.count < Self.maxPassedOver { passedOver.insert(PathKey(path)) }
    }

    /// Enough to tell people of; a folder may hold millions of other files.
    private static let maxPassedOver = 1_000

    /// Takes what was asked for by its name: a file, or the logs below a folder.
    ///
    /// `isByLink`: whether a symbolic link was found on the way to it.
    mutating func takeNamed(_ path: String, isByLink: Bool) {
        do {
            let folder = PathPattern.folder(of: path)
            guard let named = try stat.named(path) else { return noteFolder(folder) }
            guard let status = named.isLink ? try stat.following(path) : named else {
                return noteFolder(folder)
            }
            if status.isFolder { return lookBelow(path, isByLink: isByLink || named.isLink) }
            guard status.isRegular, !FileName.isDatabase(PathPattern.name(of: path)) else {
                return note(ENOTSUP, at: path)
            }
            noteFolder(folder)
            take(FoundFile(path: path, status: status), isByLink: isByLink || named.isLink)
            if named.isLink { noteFolder(ofTarget: path) }
        } catch { problems[PathKey(path)] = error }
    }

    /// Takes a name from a listing if it is a file's; gives back whether it is a folder's.
    mutating func takeListed(_ name: String, in folder: String, isByLink: Bool) -> Bool {
        let path = PathPattern.join(folder, name)
        let named: stat
        do {
            guard let found = try stat.named(path) else { return false }
            named = found
        } catch {
            // The folder may be listed and not searched: that is one problem, not one a name.
            problems[PathKey(error.code == EACCES ? folder : path)] = error
            return false
        }
        do {
            guard let status = named.isLink ? try stat.following(path) : named else { return false }
            guard status.isRegular else { return status.isFolder }
            take(FoundFile(path: path, status: status), isByLink: isByLink || named.isLink)
            if named.isLink { noteFolder(ofTarget: path) }
        } catch { problems[PathKey(path)] = error }
        return false
    }

    private mutating func take(_ file: FoundFile, isByLink: Bool) {
        if let known = files[file.identity] {
            let isBetter =
                known.isByLink == isByLink ? file.path < known.file.path : known.isByLink
            guard isBetter else { return }
        }
        files[file.identity] = Finding(file: file, isByLink: isByLink)
    }

    /// Notes a folder in which something may appear, if the folder itself is there.
    private mutating func noteFolder(_ folder: String) {
        guard !folders.contains(PathKey(folder)), isFolder(folder) else { return }
        folders.insert(PathKey(folder))
    }

    /// Notes where a symbolic link leads: there its file is rotated.
    private mutating func noteFolder(ofTarget link: String) {
        guard let target = realpath(link, nil) else { return }
        defer { free(target) }
        guard let path = String(validatingCString: target) else { return }
        noteFolder(PathPattern.folder(of: path))
    }
}
