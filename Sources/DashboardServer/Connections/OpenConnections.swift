import NIOCore
import Synchronization

/// The connections that are open: how many there are in all and of each address, and whether the client
/// of each is still there.
final class OpenConnections: Sendable {
    /// What a new connection may be used for.
    enum Admission: Sendable {
        /// Any request.
        case full
        /// `/health` alone: all other places are taken, and whoever watches the program has to be
        /// answered all the same.
        case healthOnly
        /// Nothing; the connection is closed at once.
        case refused
    }

    private struct State {
        var full = 0
        var healthOnly = 0
        var perAddress: [String: Int] = [:]
        var clients: [ObjectIdentifier: ClientPresence] = [:]
    }

    private let state = Mutex(State())
    private let maxConnections: Int
    private let maxPerAddress: Int
    private static let maxHealthOnly = 128

    init(maxConnections: Int, maxPerAddress: Int) {
        self.maxConnections = maxConnections
        self.maxPerAddress = maxPerAddress
    }

    /// How many connections the server has to accept for this to decide about them.
    static func accepted(maxConnections: Int) -> Int { maxConnections + 2 * maxHealthOnly }

    /// Takes a place for a connection.
    func open(_ channel: any Channel, address: String) -> Admission {
        state.withLock { state in
            let ofAddress = state.perAddress[address, default: 0]
            let isFree = state.full < maxConnections && ofAddress < maxPerAddress
            guard isFree || state.healthOnly < Self.maxHealthOnly else { return .refused }
            state.clients[ObjectIdentifier(channel)] = ClientPresence()
            guard isFree else {
                state.healthOnly += 1
                return .healthOnly
            }
            state.full += 1
            state.perAddress[address] = ofAddress + 1
            return .full
        }
    }

    /// Notes the client of a stream, which takes no place beside that of its connection.
    func add(_ stream: any Channel) {
        state.withLock { $0.clients[ObjectIdentifier(stream)] = ClientPresence() }
    }

    /// Notes that the client of a stream is served, or has given it up.
    func remove(_ stream: any Channel) {
        state.withLock { $0.clients.removeValue(forKey: ObjectIdentifier(stream)) }?.leave()
    }

    /// Frees the place of a connection.
    func close(_ channel: any Channel, address: String, _ admission: Admission) {
        let client = state.withLock { state in
            switch admission {
            case .full:
                state.full -= 1
                let left = state.perAddress[address, default: 1] - 1
                state.perAddress[address] = left > 0 ? left : nil
            case .healthOnly: state.healthOnly -= 1
            case .refused: break
            }
            return state.clients.removeValue(forKey: ObjectIdentifier(channel))
        }
        client?.leave()
    }

    /// The client of a connection; of one that is closed already, a client that has left.
    func client(of channel: any Channel) -> ClientPresence {
        let known = state.withLock { $0.clients[ObjectIdentifier(channel)] }
        guard known == nil, !channel.isActive else { return known ?? ClientPresence() }
        let gone = ClientPresence()
        gone.leave()
        return gone
    }
}

/// Whether a client is still there to read what it asked for.
final class ClientPresence: Sendable {
    private struct State {
        var hasLeft = false
        var nextID = 0
        var callbacks: [Int: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Notes that the client has closed its connection, and tells those who asked to be told.
    func leave() {
        let callbacks = state.withLock { state in
            state.hasLeft = true
            defer { state.callbacks = [:] }
            return Array(state.callbacks.values)
        }
        for callback in callbacks { callback() }
    }

    /// Runs `callback` when the client leaves, at once where it has; gives an id to take it back with.
    @discardableResult
    func onLeave(_ callback: @escaping @Sendable () -> Void) -> Int {
        let id = state.withLock { state -> Int? in
            guard !state.hasLeft else { return nil }
            state.nextID += 1
            state.callbacks[state.nextID] = callback
            return state.nextID
        }
        guard let id else {
            callback()
            return 0
        }
        return id
    }

    /// Takes a callback back.
    func forget(_ id: Int) { state.withLock { _ = $0.callbacks.removeValue(forKey: id) } }

    /// How long an operation goes on after the client has closed its side: some close it once they
    /// have asked, and still read the answer.
    private static let grace = Duration.seconds(1)

    /// Runs an operation that is cancelled a second after the client has left.
    func whilePresent<T: Sendable>(
        _ operation: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        let task = Task { try await operation() }
        let id = onLeave {
            Task {
                // Nobody cancels this task, so sleeping does not fail.
                try? await Task.sleep(for: Self.grace)
                task.cancel()
            }
        }
        defer { forget(id) }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
