import Foundation

/// Values as they are written into statements.
enum ServerText {
    /// A text in quotes, whatever it holds.
    static func literal(_ text: String) -> String {
        var quoted = "'"
        for scalar in text.unicodeScalars {
            if scalar == "'" || scalar == "\\" { quoted += "\\" }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "'"
    }

    /// That a column has one of some values; never, of none.
    static func isOne(_ column: String, of values: some Collection<String>) -> String {
        values.isEmpty
            ? "0" : "\(column) IN (\(values.map(literal).sorted().joined(separator: ", ")))"
    }

    /// That a column has one of some values; never, of none.
    static func isOne(_ column: String, of values: some Collection<some BinaryInteger>) -> String {
        values.isEmpty
            ? "0" : "\(column) IN (\(values.sorted().map { "\($0)" }.joined(separator: ", ")))"
    }

    /// A query that gives some numbers, as one text: a server takes much longer to read a list of them.
    static func numbers(_ values: [UInt64]) -> String {
        var digits: [UInt8] = []
        digits.reserveCapacity(values.count * 16)
        for value in values {
            // The low byte first, as the server reads them.
            for shift in stride(from: 0, to: 64, by: 8) {
                let byte = UInt8(truncatingIfNeeded: value >> UInt64(shift))
                digits.append(hexDigits[Int(byte >> 4)])
                digits.append(hexDigits[Int(byte & 15)])
            }
        }
        return """
            SELECT reinterpretAsUInt64(substring(unhex('\(String(decoding: digits, as: UTF8.self))'), number * 8 + 1, 8))
            FROM system.numbers LIMIT \(values.count)
            """
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)

    /// That a column contains every word; ASCII letters may be of either case.
    static func contains(_ column: String, _ words: [String]) -> String {
        let parts = words.map { word in
            "positionCaseInsensitive(\(column), \(literal(word))) > 0"
        }
        return parts.isEmpty ? "1" : parts.joined(separator: " AND ")
    }
}

extension ServerConnection {
    /// All rows of an answer that is short.
    func all<Row>(
        _ sql: String,
        operation: String,
        _ decode: (inout RowBinaryReader) throws -> Row
    ) throws -> [Row] {
        var found: [Row] = []
        try rows(sql, operation: operation, decode: decode) { found.append($0) }
        return found
    }

    /// One number that a question always gives; 0 of no rows.
    func number(_ sql: String, operation: String) throws -> Int64 {
        let numbers: [Int64] = try all(sql, operation: operation) { try $0.integer() }
        return numbers.first ?? 0  // as said above
    }

    /// What the tables of the database take on the disks of its servers, in bytes.
    func tableBytes() throws -> Int64 {
        // Without a cluster there is one server.
        let parts = address.cluster.map { "cluster(\($0), system.parts)" } ?? "system.parts"
        return try number(
            """
            SELECT toInt64(sum(bytes_on_disk)) FROM \(parts)
            WHERE active AND database = '\(address.database)'
            """,
            operation: "measuring tables"
        )
    }
}
