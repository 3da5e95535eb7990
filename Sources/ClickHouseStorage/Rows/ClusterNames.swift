import AgentEvents
import EventStorage
import Synchronization

/// The numbers of names in this process, the same for all views of one address.
///
/// The server has names as texts. Grows with the names that were read.
final class ClusterNames: Sendable {
    private let names = Mutex(ByteInterner())
    private static let known = Mutex<[ServerAddress: ClusterNames]>([:])

    private init() {}

    /// The names of a database.
    static func of(_ address: ServerAddress) -> ClusterNames {
        known.withLock { known in
            if let names = known[address] { return names }
            let names = ClusterNames()
            known[address] = names
            return names
        }
    }

    /// The number of a name, which is new where it was not read before; none without characters.
    func index(_ kind: NameKind, _ text: UnsafeRawBufferPointer) -> NameIndex {
        text.isEmpty
            ? .none
            : names.withLock { NameIndex(rawValue: $0.intern(text, prefix: kind.rawValue)) }
    }

    func index(_ kind: NameKind, _ text: String) -> NameIndex {
        var text = text
        return text.withUTF8 { index(kind, UnsafeRawBufferPointer($0)) }
    }

    /// What a number stands for; `nil` for none.
    func name(_ index: NameIndex) -> (kind: NameKind, text: String)? {
        names.withLock { names in
            guard !index.isNone, Int(index.rawValue) <= names.count else { return nil }
            let bytes = names[index.rawValue]
            guard let kind = bytes.first.flatMap(NameKind.init(rawValue:)) else { return nil }
            return (kind, String(decoding: bytes.dropFirst(), as: UTF8.self))
        }
    }

    /// The texts of some names; the text without characters for none.
    func texts(_ indices: Set<NameIndex>) -> [String] { indices.map { name($0)?.text ?? "" } }
}

extension EventKind {
    /// What the subject of an event of this kind is.
    var subjectKind: NameKind {
        switch self {
        case .llmCall: .model
        case .toolCall: .tool
        case .circuitBreaker: .breaker
        case .taskEnd, .escalation, .retry, .generic: .event
        }
    }
}
