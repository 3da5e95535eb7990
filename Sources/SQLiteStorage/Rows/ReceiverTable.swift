import EventStorage
import Foundation
import GRDB

/// The rows of `receivers`.
enum ReceiverTable {
    static func load(_ db: Database) throws -> [ReceiverConfiguration] {
        let sql = """
            SELECT name, type, url, command, secret, timeout_seconds, repeat_every_seconds
            FROM receivers ORDER BY position, name
            """
        return try Row.fetchAll(db, sql: sql).map { row in
            let (name, type): (String, String) = (try row.value(0), try row.value(1))
            guard let type = ReceiverType(rawValue: type) else {
                throw DatabaseError(message: "receiver \(name) is of unknown type \(type)")
            }
            return ReceiverConfiguration(
                name: name,
                type: type,
                url: try row.value(2),
                command: try command(try row.value(3)),
                secret: try row.value(4),
                timeoutSeconds: try row.value(5),
                repeatEverySeconds: try row.value(6)
            )
        }
    }

    static func replace(with receivers: [ReceiverConfiguration], _ db: Database) throws {
        try db.execute(sql: "DELETE FROM receivers")
        let insert = try db.cachedStatement(
            sql: """
                INSERT INTO receivers (name, position, type, url, command, secret, timeout_seconds,
                    repeat_every_seconds) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """
        )
        for (position, receiver) in receivers.enumerated() {
            try insert.execute(arguments: [
                receiver.name, position, receiver.type.rawValue, receiver.url,
                try text(receiver.command), receiver.secret, receiver.timeoutSeconds,
                receiver.repeatEverySeconds,
            ])
        }
    }

    /// A program with its arguments as a JSON list; NULL is none.
    private static func text(_ command: [String]) throws -> String? {
        guard !command.isEmpty else { return nil }
        return String(decoding: try JSONEncoder().encode(command), as: UTF8.self)
    }

    private static func command(_ text: String?) throws -> [String] {
        guard let text else { return [] }
        return try JSONDecoder().decode([String].self, from: Data(text.utf8))
    }
}
