import AgentEvents
import CSimdjson

/// What each kind of event has, beside what all have.
extension LineFields {
    /// The request id; where the kind does not need one, a wrong one is a field error.
    mutating func readRequest(of event: inout AgentEvent, into batch: inout EventBatch) {
        guard let text = optionalText(.requestID) else { return }
        event.request = SecretMask.withMasked(text) { batch.request($0) }
    }

    /// Who acted for whom, and which event it is, for the kinds that say so.
    mutating func readIdentities(of event: inout AgentEvent, into batch: inout EventBatch) {
        guard event.kind != .retry, event.kind != .circuitBreaker else { return }
        event.agent = name(.agent, .agent, into: &batch)
        event.user = name(.user, .user, into: &batch)
        event.session = name(.session, .session, into: &batch)
        if !event.agent.isNone { event.flags.insert(.ownAgent) }
        if !event.user.isNone { event.flags.insert(.ownUser) }
        if !event.session.isNone { event.flags.insert(.ownSession) }
        event.eventID = storedText(.eventID, into: &batch)
        event.parentID = storedText(.parentID, into: &batch)
    }

    /// The model with its usage, times and cost.
    mutating func readLLMCall(
        into event: inout AgentEvent,
        _ success: Bool?,
        _ batch: inout EventBatch
    ) {
        event.subject = name(.model, .model, into: &batch)
        event.provider = name(.provider, .provider, into: &batch)
        event.stopReason = name(.stopReason, .stopReason, into: &batch)
        readTokens(into: &event)
        event.latency = latency(.latency)
        event.timeToFirstToken = latency(.timeToFirstToken)
        event.contextWindow = tokens(.contextWindow)
        event.attempt = Optional64(integer(.attempt, in: 1...1_000_000))
        event.cost = cost(.cost)
        if event.cost.isKnown { event.flags.insert(.costLogged) }
        readError(into: &event, success, &batch)
    }

    /// The tool, and what tells equal arguments from others.
    mutating func readToolCall(
        into event: inout AgentEvent,
        _ success: Bool?,
        _ batch: inout EventBatch
    ) {
        event.subject = name(.tool, .tool, into: &batch)
        event.latency = latency(.latency)
        readError(into: &event, success, &batch)
        if let arguments = self[.arguments] {
            event.argumentsHash = Optional64(ByteDigest(rawJSON(of: arguments.pointee)).leading)
            columnless.insert(.arguments)
            if optionalText(.argumentsHash) != nil { columnless.insert(.argumentsHash) }
        } else if let hash = optionalText(.argumentsHash) {
            event.argumentsHash = Optional64(ByteDigest(hash).leading)
        }
    }

    /// What the task says of itself; it has no error class, since it is no call.
    mutating func readTaskEnd(into event: inout AgentEvent, _ batch: inout EventBatch) {
        event.latency = latency(.latency)
        if let found = loggedError() { event.errorText = errorText(found.text, into: &batch) }
    }

    /// Its reason, which is judged here and kept as an attribute.
    mutating func readEscalation() {
        if optionalText(.reason, atMost: .max) != nil { columnless.insert(.reason) }
    }

    /// Which attempt follows, and the class of the error that made it necessary.
    mutating func readRetry(into event: inout AgentEvent, _ batch: inout EventBatch) {
        event.flags.insert(.countsAsRetry)
        event.attempt = Optional64(integer(.attempt, in: 1...1_000_000))
        if latency(.delay).isKnown { columnless.insert(.delay) }
        guard let type = optionalText(.errorType) else { return }
        // 0 is no class: a retry need not say why.
        event.errorClassCode = ErrorClassifier.errorClass(of: type)?.rawValue ?? 0
        event.errorText = errorText(type, into: &batch)
    }

    /// Which breaker it was.
    mutating func readBreaker(into event: inout AgentEvent, _ batch: inout EventBatch) {
        event.subject = name(.name, .breaker, into: &batch)
        if integer(.failureCount, in: 0...1_000_000_000) != nil { columnless.insert(.failureCount) }
    }

    /// Its own `event` value, so that it can be found by it.
    mutating func readGeneric(into event: inout AgentEvent, _ batch: inout EventBatch) {
        event.subject = name(.event, .event, into: &batch)
    }

    /// Whether a call failed, and of what: only a failed call has an error class.
    private mutating func readError(
        into event: inout AgentEvent,
        _ success: Bool?,
        _ batch: inout EventBatch
    ) {
        var errorClass: ErrorClass?
        var hasText = false
        if let type = optionalText(.errorType) {
            errorClass = ErrorClassifier.errorClass(of: type)
            event.errorText = errorText(type, into: &batch)
        }
        if let found = loggedError() {
            hasText = true
            if !event.errorText.isNone { columnless.insert(.errorType) }
            errorClass =
                errorClass ?? found.telling.withUnsafeBytes { ErrorClassifier.errorClass(of: $0) }
            event.errorText = errorText(found.text, into: &batch)
        }
        event.succeeded = success ?? !hasText
        guard !event.succeeded else { return }
        let unnamed: ErrorClass = event.kind == .toolCall ? .toolError : .other
        event.errorClassCode = (errorClass ?? unnamed).rawValue
    }

    /// The error that the line names; `nil` where it says that there was none.
    ///
    /// What is no string is kept as an attribute, too.
    private mutating func loggedError() -> LoggedError? {
        guard let member = self[.error] else { return nil }
        if member.pointee.type == .string {
            let text = text(of: member.pointee)
            return text.isEmpty ? nil : LoggedError(text: text)
        }
        let found = LoggedError(rawJSON(of: member.pointee), of: member.pointee.type)
        if found != nil { columnless.insert(.error) }
        return found
    }

    private mutating func name(
        _ field: NativeField,
        _ kind: NameKind,
        into batch: inout EventBatch
    ) -> NameIndex {
        guard let text = optionalText(field) else { return .none }
        return SecretMask.withMasked(text) { batch.name(kind, $0) }
    }

    private mutating func storedText(
        _ field: NativeField,
        into batch: inout EventBatch
    ) -> TextIndex {
        guard let text = optionalText(field) else { return .none }
        return SecretMask.withMasked(text) { batch.texts.append($0) }
    }

    private func errorText(_ text: [UInt8], into batch: inout EventBatch) -> NameIndex {
        text.withUnsafeBytes { errorText($0, into: &batch) }
    }

    private func errorText(
        _ text: UnsafeRawBufferPointer,
        into batch: inout EventBatch
    ) -> NameIndex {
        var normal: [UInt8] = []
        ErrorText.append(text, to: &normal)
        guard !normal.isEmpty else { return .none }
        return normal.withUnsafeBytes { batch.name(.errorText, $0) }
    }
}
