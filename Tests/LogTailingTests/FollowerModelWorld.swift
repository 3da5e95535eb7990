import Foundation

/// The files of one sequence, on the disk and in the model, and what of them must be read.
final class ModelWorld {
    let folder: String
    let setting: ModelSetting
    private(set) var records: [ModelRecord] = []
    /// All that ever were.
    private(set) var contents: [ModelContent] = []
    private var named: [String: ModelContent] = [:]
    private var dated = 0
    private var backups = 0
    /// Whether a reader runs that could have files open.
    var isReaderRunning = false
    /// How often something went while the reader had it open.
    private(set) var goneWhileOpen = 0

    init(folder: String, setting: ModelSetting) {
        self.folder = folder
        self.setting = setting
    }

    // MARK: What is there

    private func path(_ log: Int) -> String { folder + "/" + ["a", "b", "c"][log % 3] + ".log" }

    /// Whether a file was asked for by its name.
    private func isMatched(_ path: String) -> Bool {
        switch setting.pattern {
        case .live: path.hasSuffix(".log")
        case .all, .folder: path.contains(".log")
        }
    }

    /// Files that a rotation has left, in a fixed order.
    private func rotated() -> [ModelContent] {
        named.keys.sorted().filter { !$0.hasSuffix("/a.log") && !$0.hasSuffix("/b.log") }
            .filter { !$0.hasSuffix("/c.log") && !$0.hasSuffix(".bak") }.compactMap { named[$0] }
    }

    // MARK: Writing

    private func add(_ text: String, isRequired: Bool, to content: ModelContent) {
        content.lines.append(records.count)
        records.append(ModelRecord(text: text, isRequired: isRequired))
    }

    private func newText() -> String {
        let number = String(records.count + 1)
        let digits = String(repeating: "0", count: 7 - number.count) + number
        // The number stands first, so that every part of a line tells which it is.
        return "N" + digits + "\u{e9}" + String(repeating: "x", count: setting.pad)
    }

    private var headText: String { "head " + String(repeating: "h", count: setting.head) }

    private func content(at path: String) -> ModelContent {
        if let content = named[path] { return content }
        let content = ModelContent(path: path)
        contents.append(content)
        named[path] = content
        ModelDisk.append("", to: path)
        if setting.head > 0 {
            // It is the same in many files, so that nobody can tell whose it is.
            add(headText, isRequired: false, to: content)
            ModelDisk.append(headText + "\n", to: path)
        }
        return content
    }

    private func write(_ count: Int, to content: ModelContent) {
        guard let path = content.path else { return }
        content.quietFor = 0
        var text = ""
        if let rest = content.rest {
            text = rest + "\n"
            content.rest = nil
            endLine(with: rest, of: content)
        }
        for _ in 0..<count {
            let line = newText()
            text += line + "\n"
            endLine(with: line, of: content)
        }
        ModelDisk.append(text, to: path)
    }

    private func endLine(with text: String, of content: ModelContent) {
        add(content.partial + text, isRequired: true, to: content)
        content.partial = ""
    }

    func write(log: Int, lines: Int) { write(lines, to: content(at: path(log))) }

    func writePiece(log: Int) {
        let content = content(at: path(log))
        guard let path = content.path else { return }
        content.quietFor = 0
        let text = content.rest ?? newText()
        let cut = content.rest == nil ? 8 : text.count / 2
        let piece = String(text.prefix(cut))
        content.partial += piece
        content.rest = String(text.dropFirst(cut))
        // A number of its own, also for what never becomes a line.
        records.append(ModelRecord(text: "(begun)", isRequired: false))
        ModelDisk.append(piece, to: path)
    }

    func tear(log: Int, lines: Int) {
        guard let content = named[path(log)], content.rest != nil else { return }
        content.rest = nil
        write(lines, to: content)
    }

    /// Lets time go by.
    ///
    /// A writer that stops in the middle of a line of a rotated file for as long as the follower waits has
    /// died: what it writes after that would be torn.
    func pass(milliseconds: Int) {
        for content in named.values { content.quietFor += max(0, milliseconds) }
        for content in rotated() where content.rest != nil && content.quietFor >= 9_000 {
            content.rest = nil
            content.hasWriter = false
        }
    }

    func writeOld(pick: Int, lines: Int) {
        let old = rotated().filter(\.hasWriter)
        guard !old.isEmpty else { return }
        write(lines, to: old[pick % old.count])
    }

    // MARK: Names

    /// Notes whether the reader has a file open that goes to where it is not looked for.
    private func noteHeld(_ content: ModelContent) {
        guard isReaderRunning, let path = content.path, let inode = ModelDisk.inode(path)
        else { return }
        content.isHeld = ModelDisk.openInodes(in: folder).contains(inode)
        if content.isHeld { goneWhileOpen += 1 }
    }

    private func move(_ old: String, to new: String) {
        guard let content = named[old] else { return }
        remove(new)
        // Where it was not looked for before, it has been found already.
        if !content.isHeld { noteHeld(content) }
        Glibc.rename(old, new)
        named[old] = nil
        named[new] = content
        content.path = new
        content.quietFor = 0
    }

    private func remove(_ path: String) {
        guard let content = named[path] else { return }
        noteHeld(content)
        unlink(path)
        named[path] = nil
        content.path = nil
        content.rest = nil
        content.hasWriter = false
    }

    /// Moves the older files of a log on by one; the oldest goes.
    private func shift(_ path: String) {
        for number in [3, 2, 1] {
            for ending in ["", ".gz", ".zst"] {
                move("\(path).\(number)\(ending)", to: "\(path).\(number + 1)\(ending)")
            }
        }
    }

    private func rotatedPath(of path: String, isDated: Bool) -> String {
        guard isDated else {
            shift(path)
            return path + ".1"
        }
        dated += 1
        return path.dropLast(4) + "-\(dated).log"
    }

    func rename(log: Int, isDated: Bool, lines: Int) {
        let path = path(log)
        guard named[path] != nil else { return }
        move(path, to: rotatedPath(of: path, isDated: isDated))
        if lines >= 0 { write(log: log, lines: lines) }
    }

    func delete(pick: Int) {
        let paths = named.keys.sorted()
        guard !paths.isEmpty else { return }
        remove(paths[pick % paths.count])
    }

    func reuse(log: Int, other: Int, lines: Int) {
        let (old, new) = (path(log), path(other))
        guard named[old] != nil else { return }
        if old != new { remove(new) }
        forgetContent(at: old)
        Glibc.truncate(old, 0)
        Glibc.rename(old, new)
        named[old] = nil
        write(lines, to: content(at: new))
    }

    /// Another name for a file; it makes nothing be read that would not be read without it.
    func link(pick: Int) {
        let paths = filesByName()
        guard !paths.isEmpty else { return }
        let link = folder + "/current.log"
        unlink(link)
        symlink(paths[pick % paths.count], link)
    }

    /// The paths of all files that were asked for.
    func filesByName() -> [String] { named.keys.sorted().filter(isMatched) }

    // MARK: Copies

    /// The bytes at a path belong to nobody any more.
    private func forgetContent(at path: String) {
        named[path]?.path = nil
        named[path]?.rest = nil
        named[path]?.hasWriter = false
        named[path]?.isHeld = false
    }

    /// A content with the same records.
    private func copy(_ content: ModelContent, to path: String, isArchive: Bool) {
        let copy = ModelContent(path: path, isArchive: isArchive)
        copy.lines = content.lines
        copy.partial = content.partial
        copy.hasWriter = false
        contents.append(copy)
        named[path] = copy
    }

    /// Copies a file in one or two parts; `betweenParts` is done after the first.
    ///
    /// False where there is nothing to copy.
    func copyAway(log: Int, isSlow: Bool, betweenParts: () -> Void) -> Bool {
        let path = path(log)
        guard let content = named[path], ModelDisk.size(path) > 0 else { return false }
        let target = rotatedPath(of: path, isDated: false)
        let bytes = ModelDisk.read(path)
        let cut = isSlow ? bytes.count / 2 : bytes.count
        ModelDisk.append(bytes[..<cut], to: target)
        if isSlow { betweenParts() }
        ModelDisk.append(bytes[cut...], to: target)
        copy(content, to: target, isArchive: false)
        return true
    }

    /// Truncates in place; the writer goes on with the line that it is in.
    func truncate(log: Int, lines: Int, keepsPlace: Bool = false) {
        let path = path(log)
        guard let content = named[path] else { return }
        let (rest, size) = (content.rest, ModelDisk.size(path))
        forgetContent(at: path)
        let fresh = ModelContent(path: path)
        contents.append(fresh)
        named[path] = fresh
        Glibc.truncate(path, 0)
        if keepsPlace {
            let text = newText()
            ModelDisk.write(text + "\n", to: path, at: size)
            endLine(with: text, of: fresh)
        } else {
            if let rest {
                // Half a line, perhaps like another: it may be anywhere.
                add(rest, isRequired: false, to: fresh)
                ModelDisk.append(rest + "\n", to: path)
            }
            write(lines, to: fresh)
        }
    }

    func backUp(log: Int) {
        guard let content = named[path(log)], let path = content.path else { return }
        backups += 1
        let target = "\(folder)/copy-\(backups).bak"
        ModelDisk.append(ModelDisk.read(path)[...], to: target)
        copy(content, to: target, isArchive: false)
    }

    /// Packs a rotated file; `inside` is done when half of it is written, `beside` before the plain
    /// one goes.
    func compress(pick: Int, isGzip: Bool, inside: () -> Void, beside: () -> Void) {
        let plain = rotated().filter { !$0.isArchive }
        guard !plain.isEmpty, let path = plain[pick % plain.count].path else { return }
        let content = plain[pick % plain.count]
        let bytes = ModelDisk.read(path)
        let packed = isGzip ? ModelDisk.gzip(bytes) : ModelDisk.zstd(bytes)
        let target = path + (isGzip ? ".gz" : ".zst")
        guard named[target] == nil else { return }
        ModelDisk.append(packed[..<(packed.count / 2)], to: target)
        inside()
        ModelDisk.append(packed[(packed.count / 2)...], to: target)
        copy(content, to: target, isArchive: true)
        beside()
        remove(path)
    }

    // MARK: What must be read

    /// The reader is gone, and with it what only it could still reach.
    func readerEnded() {
        isReaderRunning = false
        for content in contents { content.isHeld = false }
    }

    /// Releases from being required what nobody can read any more.
    ///
    /// `isStored`: whether a line with this text is in the store.
    func noteLosses(isStored: (String) -> Bool) {
        var reachable: Set<Int> = []
        for content in contents where isReachable(content, isStored) {
            reachable.formUnion(content.lines)
        }
        for index in records.indices where records[index].isRequired {
            guard !reachable.contains(index), !isStored(records[index].text) else { continue }
            records[index].isRequired = false
        }
    }

    private func isReachable(_ content: ModelContent, _ isStored: (String) -> Bool) -> Bool {
        guard let path = content.path else { return content.isHeld }
        if isMatched(path) || content.isHeld { return true }
        // By what was read of it, it is recognised wherever it lies in the folder.
        return content.lines.contains { isStored(records[$0].text) && isNumbered($0) }
    }

    /// Whether no other line is like it.
    ///
    /// The head is in many files, and so is what a writer still had to write of a line when its file
    /// was truncated. A file that is truncated and begins and goes on with such a
    /// line again is the one before, for all that can be known.
    private func isNumbered(_ record: Int) -> Bool { records[record].text.hasPrefix("N") }

    /// What stands behind the last line end of files that nobody writes to any more.
    func lastParts() -> Set<String> {
        Set(contents.filter { $0.rest == nil || !isLive($0) }.map(\.partial)).subtracting([""])
    }

    private func isLive(_ content: ModelContent) -> Bool {
        content.path.map { [path(0), path(1), path(2)].contains($0) } ?? false
    }

    /// The inodes of files that have a name.
    func namedInodes() -> Set<UInt64> { Set(named.keys.compactMap(ModelDisk.inode)) }
}
