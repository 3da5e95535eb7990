import Foundation

/// The way of one pattern through the folders, part by part.
struct PatternWalk {
    /// A folder, and the part of the pattern that its names are compared with.
    private struct Step {
        var folder: String
        var index: Int
        /// Whether a symbolic link that a listing named was followed on the way.
        var isByLink: Bool
    }

    /// That a folder was reached with a part of the pattern: once is enough, and ends loops.
    struct Visit: Hashable {
        var folder: FileIdentity
        var index: Int
    }

    private let pattern: PathPattern
    private var steps: [Step]
    /// Taken last, so that a folder is known by a path without links where it has one.
    private var linked: [Step] = []
    var visited: Set<Visit> = []

    init(pattern: PathPattern, folder: String, isByLink: Bool) {
        self.pattern = pattern
        steps = [Step(folder: folder, index: 0, isByLink: isByLink)]
    }

    /// Goes all the way and has the search take what it comes by.
    mutating func run(in search: inout FileSearch) {
        while let step = steps.popLast() ?? linked.popLast() {
            switch pattern.components[step.index] {
            case .anyFolders: spread(step, &search)
            case .name(let name): follow(name, step: step, search: &search)
            case .wildcard(let text):
                // A lone star accepts what is called so, and everything else.
                if text != "*", search.exists(PathPattern.join(step.folder, text)) {
                    follow(text, step: step, search: &search)
                } else {
                    match(text, step: step, search: &search)
                }
            }
        }
    }

    private func isLast(_ step: Step) -> Bool { step.index == pattern.components.count - 1 }

    /// `**`: goes on here with the next part, and with this part in every folder.
    private mutating func spread(_ step: Step, _ search: inout FileSearch) {
        guard let listing = search.list(step.folder) else { return }
        let visit = Visit(folder: listing.identity, index: step.index)
        guard visited.insert(visit).inserted else { return }
        steps.append(Step(folder: step.folder, index: step.index + 1, isByLink: step.isByLink))
        for entry in listing.entries where !entry.isHidden {
            enter(entry, step: step, next: step.index, search: &search)
        }
    }

    /// A name that stands for itself.
    private mutating func follow(_ name: String, step: Step, search: inout FileSearch) {
        let path = PathPattern.join(step.folder, name)
        if isLast(step) {
            search.takeNamed(path, isByLink: step.isByLink)
        } else {
            steps.append(Step(folder: path, index: step.index + 1, isByLink: step.isByLink))
        }
    }

    /// The names in a folder that a wildcard accepts.
    private mutating func match(_ text: String, step: Step, search: inout FileSearch) {
        guard let listing = search.list(step.folder) else { return }
        for entry in listing.entries where fnmatch(text, entry.name, FNM_PERIOD) == 0 {
            if isLast(step) {
                take(entry, step: step, search: &search)
            } else {
                enter(entry, step: step, next: step.index + 1, search: &search)
            }
        }
    }

    /// Goes on in a folder, or in what a link leads to if that is one.
    private mutating func enter(
        _ entry: FolderListing.Entry,
        step: Step,
        next: Int,
        search: inout FileSearch
    ) {
        let path = PathPattern.join(step.folder, entry.name)
        switch entry.kind {
        case .folder where !entry.isUTF8: search.note(EILSEQ, at: path)
        case .folder: steps.append(Step(folder: path, index: next, isByLink: step.isByLink))
        case .unknown where entry.isUTF8 && search.isFolder(path):
            linked.append(Step(folder: path, index: next, isByLink: true))
        case .unknown, .file, .other: break
        }
    }

    /// Takes what the last part of the pattern accepts.
    private func take(
        _ entry: FolderListing.Entry,
        step: Step,
        search: inout FileSearch
    ) {
        let path = PathPattern.join(step.folder, entry.name)
        switch entry.kind {
        case .other: return
        case .file, .unknown:
            if FileName.isDatabase(entry.name) { return }
            if pattern.logsOnly, !FileName.looksLikeLog(entry.name) {
                if entry.kind == .file { search.passOver(path) }
                return
            }
            guard entry.isUTF8 else { return search.note(EILSEQ, at: path) }
            let isFolder = search.takeListed(
                entry.name,
                in: step.folder,
                isByLink: step.isByLink
            )
            if isFolder, pattern.looksIntoLastFolders { search.lookBelow(path, isByLink: true) }
        case .folder:
            guard pattern.looksIntoLastFolders else { return }
            guard entry.isUTF8 else { return search.note(EILSEQ, at: path) }
            search.lookBelow(path, isByLink: step.isByLink)
        }
    }
}
