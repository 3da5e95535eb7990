import EventStorage

/// What a server says is wrong: `Code: 81, e.displayText() = DB::Exception: Database x doesn't exist, ...` or, of a
/// newer one, `Code: 81. DB::Exception: Database x does not exist. (UNKNOWN_DATABASE) (version ...)`.
struct ServerProblem: Error, Sendable, Hashable {
    /// As ClickHouse numbers its errors.
    let code: Int
    /// One line, without what every text has around it.
    let text: String

    /// How much of an answer is looked at, in bytes, and how much of it is shown, in characters.
    static let maxBytes = 65_536
    private static let maxShown = 300

    /// Reads the text of an answer; `nil` where it is no problem of a server's.
    init?(_ answer: [UInt8]) {
        let text = String(decoding: answer.prefix(Self.maxBytes), as: UTF8.self)
        guard let start = text.firstRange(of: "Code: ") else { return nil }
        let digits = text[start.upperBound...].prefix { $0.isASCII && $0.isNumber }
        guard let code = Int(digits) else { return nil }
        self.code = code
        var rest = text[digits.endIndex...]
        if let name = rest.firstRange(of: "DB::Exception: ") { rest = rest[name.upperBound...] }
        for end in [", e.what()", " (version "] {
            if let range = rest.firstRange(of: end) { rest = rest[..<range.lowerBound] }
        }
        let line = rest.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        self.text = line.count > Self.maxShown ? line.prefix(Self.maxShown) + "..." : line
    }

    /// The error that people and callers see.
    func storeError(_ operation: String, _ address: ServerAddress) -> StoreError {
        let (code, hint) = meaning(address)
        return StoreError(
            code,
            operation: "\(operation) on \(address)",
            cause: text.hasSuffix(".") ? String(text.dropLast()) : text,
            hint: hint
        )
    }

    private func meaning(_ address: ServerAddress) -> (StoreError.Code, String) {
        switch Number(rawValue: code) {
        case .unknownUser, .wrongPassword, .requiredPassword, .authenticationFailed:
            (.refused, "name the user in --db, and the password in \(ServerPassword.variable)")
        case .unknownDatabase:
            (.missing, "make it and fill it with `agentwatch ingest FILE --db \(address)`")
        case .unknownTable: (.missing, "name a database that agentwatch has written to")
        case .badName, .unknownCluster:
            (.refused, "name a cluster of the server's remote_servers with ?cluster= in --db")
        case .readonly, .databaseAccessDenied, .accessDenied:
            (.refused, "let the user \(address.user) do so, or name another one in --db")
        case .quotaExceeded, .tooManyQueries, .noFreeConnection, .tooManyParts:
            (.busy, "try again when the server allows it")
        case .memoryLimit, .cannotAllocate:
            (.busy, "ask for less at once, or allow the server more memory")
        case .tooLargeToDrop:
            (.refused, "raise max_partition_size_to_drop in the server's configuration")
        case .notEnoughSpace, .cannotWrite: (.full, "free some of the server's disk")
        case .timeoutExceeded, .tooSlow, .cancelled:
            (.interrupted, "ask for less at once, or raise the server's limit of time")
        case nil: (.io, "the server's own log says more")
        }
    }

    /// The errors that people can do something about.
    private enum Number: Int {
        case unknownTable = 60
        case cannotWrite = 75
        case unknownDatabase = 81
        case timeoutExceeded = 159
        case tooSlow = 160
        case readonly = 164
        /// Of a cluster; servers of today have a number for that.
        case badName = 170
        case cannotAllocate = 173
        case unknownUser = 192
        case wrongPassword = 193
        case requiredPassword = 194
        case quotaExceeded = 201
        case tooManyQueries = 202
        case noFreeConnection = 203
        case memoryLimit = 241
        case notEnoughSpace = 243
        case tooManyParts = 252
        case databaseAccessDenied = 291
        /// Of a partition; servers keep people from removing much by mistake.
        case tooLargeToDrop = 359
        case cancelled = 394
        case accessDenied = 497
        case authenticationFailed = 516
        case unknownCluster = 701
    }
}
