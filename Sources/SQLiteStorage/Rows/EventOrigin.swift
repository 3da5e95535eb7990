import AgentEvents

/// Where an event comes from: its source, and for whom it was done.
///
/// Few events have one that no other has, so each is stored once.
struct EventOrigin: SharedRow {
    var source: UInt32 = 0
    /// Names, 0 for none.
    var agent: UInt32 = 0
    var user: UInt32 = 0
    var session: UInt32 = 0
    /// Which of the three the event names itself: `ownAgent`, `ownUser`, `ownSession`.
    var named: UInt8 = 0

    /// The flags of an event that are its origin's.
    static let flags: AgentEvent.Flags = [.ownAgent, .ownUser, .ownSession]

    init() {}

    init(of event: AgentEvent) {
        source = event.source
        agent = event.agent.rawValue
        user = event.user.rawValue
        session = event.session.rawValue
        named = event.flags.intersection(Self.flags).rawValue
    }

    init(_ row: ScannedRow, from first: Int) {
        source = row.name(first).rawValue
        agent = row.name(first + 1).rawValue
        user = row.name(first + 2).rawValue
        session = row.name(first + 3).rawValue
        named = row.uint8(first + 4)
    }

    static let table = "origins"
    static let columns = ["source", "agent", "user", "session", "named"]
    var values: [Int64?] {
        [Int64(source), Int64(agent), Int64(user), Int64(session), Int64(named)]
    }

    var fingerprint: UInt32 {
        (source &* 31 &+ agent &* 7 &+ user &* 3 &+ session) ^ UInt32(named) << 5
    }

    func hash(into hasher: inout Hasher) {
        // Two words, since this is asked for every event.
        hasher.combine(UInt64(source) << 32 | UInt64(session))
        hasher.combine(UInt64(agent) << 36 ^ UInt64(user) << 8 | UInt64(named))
    }
}

/// Which model an LLM call asked, of whom, and how much that held.
///
/// Mostly the same few.
struct ModelUse: SharedRow {
    /// Names, 0 for none.
    var model: UInt32 = 0
    var provider: UInt32 = 0
    var contextWindow: Optional64 = nil

    init() {}

    init(of call: AgentEvent) {
        model = call.subject.rawValue
        provider = call.provider.rawValue
        contextWindow = call.contextWindow
    }

    init(_ row: ScannedRow, from first: Int) {
        model = row.name(first).rawValue
        provider = row.name(first + 1).rawValue
        contextWindow = row.optional(first + 2)
    }

    static let table = "models"
    static let columns = ["model", "provider", "context_window"]
    var values: [Int64?] { [Int64(model), Int64(provider), contextWindow.value] }
    var fingerprint: UInt32 { model &* 7 &+ provider }
}

/// How a call ended.
///
/// Most ended like others.
struct CallResult: SharedRow {
    /// Raw values and names, 0 for none.
    var errorClass: UInt8 = 0
    var errorText: UInt32 = 0
    var stopReason: UInt32 = 0
    var attempt: Int64 = 0
    /// Beside those that are the origin's.
    var flags: UInt8 = 0

    init() {}

    init(of call: AgentEvent) {
        errorClass = call.errorClassCode
        errorText = call.errorText.rawValue
        guard call.kind == .llmCall else { return }
        stopReason = call.stopReason.rawValue
        attempt = call.attempt.value ?? 0  // 0 is none
        flags = call.flags.subtracting(EventOrigin.flags).rawValue
    }

    init(_ row: ScannedRow, from first: Int) {
        errorClass = row.uint8(first)
        errorText = row.name(first + 1).rawValue
        stopReason = row.name(first + 2).rawValue
        attempt = row.int64(first + 3)
        flags = row.uint8(first + 4)
    }

    /// Even for failures, as the schema says.
    func id(after greatest: Int64) -> Int64 {
        let isFailure = errorClass > 0
        return greatest + (greatest.isMultiple(of: 2) == isFailure ? 2 : 1)
    }

    static let table = "results"
    static let columns = ["error_class", "error_text", "stop_reason", "attempt", "flags"]
    var values: [Int64?] {
        [Int64(errorClass), Int64(errorText), Int64(stopReason), attempt, Int64(flags)]
    }

    var fingerprint: UInt32 {
        errorText &* 7 &+ stopReason &* 3 &+ UInt32(errorClass) ^ UInt32(flags) << 4
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(UInt64(errorText) << 32 | UInt64(stopReason))
        hasher.combine(UInt64(bitPattern: attempt) << 16 ^ UInt64(errorClass) << 8 | UInt64(flags))
    }
}
