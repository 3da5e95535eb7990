// Its sources are safe to share and not marked so.
@preconcurrency import Dispatch
import LogTailing
import Synchronization

/// Asks for a look when the system says that something happened in a folder.
///
/// Only a hint: what it misses is found at the next tick.
final class FolderWatch: Sendable {
    private let hints: Mutex<FolderHints>
    private let source: any DispatchSourceRead

    /// `nil` where the system gives no notifications.
    init?(_ wakeup: Wakeup) {
        guard let hints = FolderHints() else { return nil }
        source = DispatchSource.makeReadSource(
            fileDescriptor: hints.descriptor,
            queue: .global()
        )
        self.hints = Mutex(hints)
        source.setEventHandler { [weak self] in
            if self?.hints.withLock({ $0.drain() }) == true { wakeup.wake() }
        }
        source.activate()
    }

    /// Watches these folders and no others.
    func watch(_ folders: [String]) { hints.withLock { $0.watch(folders) } }

    deinit { source.cancel() }
}
