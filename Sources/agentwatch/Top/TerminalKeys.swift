import Dispatch
import Glibc

/// A key that was pressed.
enum TerminalKey: Sendable, Equatable {
    case character(Character)
    case enter
    case escape
    case erase
    case left
    case right
    case up
    case down
    /// Control-C, the end of input, or a signal that tells the program to end.
    case interrupt
}

/// Reads keys as they are pressed, without showing them.
///
/// The terminal is as it was before once this is gone; signals that end the program come as a key, so
/// that they find it so, too.
struct TerminalKeys: ~Copyable {
    private let saved: termios
    /// A pipe into which each signal writes a byte, so that one wait is for both.
    private let pipe: (reading: Int32, writing: Int32)
    private let signals: [any DispatchSourceSignal]

    /// `nil` where standard input is no terminal.
    init?() {
        var settings = termios()
        guard isatty(STDIN_FILENO) == 1, tcgetattr(STDIN_FILENO, &settings) == 0 else { return nil }
        var ends: [Int32] = [-1, -1]
        guard Glibc.pipe(&ends) == 0 else { return nil }
        saved = settings
        pipe = (ends[0], ends[1])
        let writing = ends[1]
        signals = [SIGTERM, SIGHUP, SIGINT].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                var byte: UInt8 = 0
                _ = write(writing, &byte, 1)
            }
            source.resume()
            return source
        }
        settings.c_lflag &= ~tcflag_t(ICANON | ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    deinit {
        var settings = saved
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
        for source in signals { source.cancel() }
    }

    /// The keys that are pressed until some time has gone by; as soon as there is one.
    func next(within milliseconds: Int32) -> [TerminalKey] {
        var waited = [
            pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0),
            pollfd(fd: pipe.reading, events: Int16(POLLIN), revents: 0),
        ]
        guard poll(&waited, nfds_t(waited.count), milliseconds) > 0 else { return [] }
        if waited[1].revents != 0 { return [.interrupt] }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = read(STDIN_FILENO, &bytes, bytes.count)
        return count > 0 ? Self.keys(Array(bytes.prefix(count))) : [.interrupt]
    }

    /// What bytes of a terminal mean; sequences that are not known are left out.
    static func keys(_ bytes: [UInt8]) -> [TerminalKey] {
        let arrows: [Character: TerminalKey] = ["A": .up, "B": .down, "C": .right, "D": .left]
        var keys: [TerminalKey] = []
        var rest = Substring(String(decoding: bytes, as: UTF8.self))
        while let character = rest.popFirst() {
            switch character {
            case "\u{3}", "\u{4}": keys.append(.interrupt)
            case "\r", "\n", "\r\n": keys.append(.enter)
            case "\u{7f}", "\u{8}": keys.append(.erase)
            case "\u{1b}":
                guard let opening = rest.first, opening == "[" || opening == "O" else {
                    keys.append(.escape)
                    continue
                }
                rest.removeFirst()
                // A sequence ends with its first letter.
                let parameters = rest.prefix { !$0.isLetter && $0 != "~" }
                rest.removeFirst(parameters.count)
                if let letter = rest.popFirst(), let arrow = arrows[letter] { keys.append(arrow) }
            case let other where other.unicodeScalars.allSatisfy({ $0.value >= 0x20 }):
                keys.append(.character(other))
            default: break
            }
        }
        return keys
    }
}
