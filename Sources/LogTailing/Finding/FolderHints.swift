import Foundation

/// Says that something may have happened in some folders, by inotify(7): a reason to look at once.
///
/// A hint only. Network file systems, folders beyond a limit and events that the kernel drops give
/// none, so whoever asks has to look from time to time anyway.
package final class FolderHints {
    /// Folders beyond this many are left to looking.
    package static let maxFolders = 1_024

    /// A descriptor for poll(2), readable when `drain` has something to read; closed with this
    /// object.
    package let descriptor: Int32
    private var watches: [String: Int32] = [:]
    /// Several paths may lead to one folder, which then has one watch.
    private var paths: [Int32: Set<String>] = [:]
    private let memory: UnsafeMutableRawBufferPointer

    private static let inFolder =
        IN_CREATE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_MODIFY | IN_CLOSE_WRITE | IN_ATTRIB
    /// The events of the folder itself, which tell when to watch another one under its path.
    private static let ofFolder = IN_DELETE_SELF | IN_MOVE_SELF

    /// `nil` where the system gives no inotify.
    package init?() {
        descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        memory = .allocate(byteCount: 64 << 10, alignment: MemoryLayout<inotify_event>.alignment)
    }

    deinit {
        close(descriptor)
        memory.deallocate()
    }

    /// Watches these folders and no others; what is watched already stays so.
    ///
    /// A folder that cannot be watched (gone, not allowed, no more watches) gives no hints and no
    /// error, and is tried again with the next call.
    package func watch(_ folders: some Collection<String>) {
        let wanted = Set(folders)
        for folder in watches.keys where !wanted.contains(folder) { release(folder) }
        for folder in folders where watches[folder] == nil {
            guard watches.count < Self.maxFolders else { return }
            let mask = UInt32(Self.inFolder | Self.ofFolder | IN_ONLYDIR)
            let watch = inotify_add_watch(descriptor, folder, mask)
            guard watch >= 0 else { continue }
            watches[folder] = watch
            paths[watch, default: []].insert(folder)
        }
    }

    /// Reads all that is pending, without waiting; whether something happened in a watched folder.
    ///
    /// Writing to a database counts for nothing, since what is read is written there. Events that
    /// the kernel dropped count, as they may have been of any folder.
    package func drain() -> Bool {
        var happened = false
        while true {
            let count = read(descriptor, memory.baseAddress, memory.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return happened }
            if isHint(UnsafeRawBufferPointer(rebasing: memory[..<count])) { happened = true }
        }
    }

    private func isHint(_ events: UnsafeRawBufferPointer) -> Bool {
        let header = MemoryLayout<inotify_event>.size
        var isHint = false
        var place = 0
        while place + header <= events.count {
            let event = events.loadUnaligned(fromByteOffset: place, as: inotify_event.self)
            let end = min(place + header + Int(event.len), events.count)
            let name = events[place + header..<end].prefix { $0 != 0 }
            if take(event, name: String(decoding: name, as: UTF8.self)) { isHint = true }
            place = end
        }
        return isHint
    }

    private func take(_ event: inotify_event, name: String) -> Bool {
        let mask = Int32(bitPattern: event.mask)
        if mask & IN_Q_OVERFLOW != 0 { return true }
        guard let folders = paths[event.wd] else { return false }
        if mask & (IN_IGNORED | Self.ofFolder) != 0 {
            for folder in folders { release(folder) }
        }
        return !FileName.isDatabase(name)
    }

    /// A watch ends with the last of its paths.
    private func release(_ folder: String) {
        guard let watch = watches.removeValue(forKey: folder) else { return }
        paths[watch]?.remove(folder)
        guard paths[watch]?.isEmpty == true else { return }
        paths[watch] = nil
        inotify_rm_watch(descriptor, watch)
    }
}
