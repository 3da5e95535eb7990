import AgentEvents

/// How often each tool was called with the same arguments in one request.
///
/// Most requests make a few calls, for which a list is faster than a dictionary; a runaway one makes
/// a million, for which it is not.
struct ToolRepeats: Sendable {
    private struct Call: Hashable, Sendable {
        var tool: NameIndex
        var arguments: Int64
    }

    private static let maxListed = 12
    private var listed: [(call: Call, count: Int64)] = []
    private var counted: [Call: Int64] = [:]
    /// The largest count; `nil` before the first call with arguments.
    private(set) var most: Int64?

    /// How many different calls there were.
    var count: Int { listed.count + counted.count }

    /// Takes one call.
    mutating func add(tool: NameIndex, arguments: Int64) {
        let call = Call(tool: tool, arguments: arguments)
        let count = added(call)
        most = max(most ?? count, count)
    }

    private mutating func added(_ call: Call) -> Int64 {
        if let index = listed.firstIndex(where: { $0.call == call }) {
            listed[index].count += 1
            return listed[index].count
        }
        if listed.count < Self.maxListed {
            listed.append((call, 1))
            return 1
        }
        counted[call, default: 0] += 1
        return counted[call, default: 0]
    }
}
