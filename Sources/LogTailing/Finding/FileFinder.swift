import Foundation

/// Turns patterns into the files that they stand for now.
///
/// A pattern is an absolute path:
/// - of a file or of a symbolic link to one, which need not be there yet;
/// - of a folder: every file below it whose name looks like a log (`FileName.looksLikeLog`);
/// - with `*`, `?` or `[...]` in its parts, each matched by fnmatch(3) within one name, and `**`
///   for any number of folders. `?` stands for one byte. A folder that the last part matches is
///   looked into as if it had been named, so that a quoted pattern finds what the shell's would.
///
/// A part that exists as it is written is taken literally, brackets and stars included. Hidden
/// names need a leading dot in the pattern. Symbolic links to folders are followed, each folder
/// once. Databases are never found, nor anything but regular files.
package struct FileFinder: Sendable {
    private let patterns: [String]
    private let written: WrittenFiles

    /// Finds what the patterns stand for when it is asked.
    ///
    /// `patterns`: absolute paths; parts that are empty or `.` count for nothing, `..` is followed.
    /// `written`: what is never found, whatever matches it.
    package init(patterns: [String], written: WrittenFiles = WrittenFiles()) {
        self.patterns = patterns
        self.written = written
    }

    /// What the patterns stand for.
    package struct Findings: Sendable {
        /// The files by path, each file once: of several names for one file (links of both kinds)
        /// the one without a symbolic link, and then the first.
        package var files: [FoundFile]
        /// Existing folders in which a file that belongs here may appear or be renamed: those that
        /// were looked into, and those of named files and of what links lead to; by path.
        package var folders: [String]
        /// What could not be looked at, by path.
        ///
        /// Files below may be there although they are not
        /// among `files`.
        package var problems: [Problem]
        /// Files in folders that were looked into whose names do not look like logs; by path.
        package var passedOver: [String]
    }

    /// Something that could not be looked at, and why.
    ///
    /// `ENOTSUP`: it was named, and is neither a log nor a folder (a pipe, a device, a database).
    /// `EILSEQ`: a name is no UTF-8, which a path here has to be; replacement characters stand in
    /// `path`.
    package struct Problem: Sendable, Equatable {
        package var path: String
        package var error: ReadError

        package static func == (left: Problem, right: Problem) -> Bool {
            left.path == right.path && left.error.code == right.error.code
        }
    }

    /// Looks anew; files that vanish meanwhile are not there, which is no problem.
    package func find() -> Findings {
        var search = FileSearch()
        for pattern in patterns { search.look(for: pattern) }
        var findings = search.findings
        // Looked up behind the search, so that none that it found was made meanwhile.
        let written = written.identities()
        findings.files.removeAll { written.contains($0.identity) }
        return findings
    }

    /// Whether a file at this absolute path would be found, were it there: told from its name
    /// alone.
    ///
    /// A pattern without wildcards may be a file's or a folder's.
    package func matches(_ path: String) -> Bool {
        patterns.contains { PathPattern($0).matches(path) }
    }

    /// Every regular file that lies directly in a folder, hidden ones and archives included, in no
    /// order; none where the folder is gone or may not be listed.
    ///
    /// Symbolic links are left out, since this looks up where a renamed file went.
    package func folderListing(_ folder: String) -> [FoundFile] {
        var search = FileSearch()
        guard let listing = search.list(folder) else { return [] }
        var files: [FoundFile] = []
        for entry in listing.entries where entry.isUTF8 && entry.kind != .folder {
            let path = PathPattern.join(folder, entry.name)
            guard let status = search.named(path), status.isRegular else { continue }
            files.append(FoundFile(path: path, status: status))
        }
        let written = written.identities()
        return files.filter { !written.contains($0.identity) }
    }
}
