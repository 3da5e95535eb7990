import EventDecoding
import Testing

/// Decimal numbers are exact, however they are written and however large they are.
struct DecimalNumberTests {
    struct Row: CustomTestStringConvertible, Sendable {
        let token: String
        let places: Int
        let value: Int64?
        var isExact = true
        var testDescription: String { "\(token) by \(places)" }

        init(_ token: String, _ places: Int, _ value: Int64?, isExact: Bool = true) {
            self.token = token
            self.places = places
            self.value = value
            self.isExact = isExact
        }
    }

    static let rows = [
        Row("1e308", 0, nil), Row("1e99999999999999999999", 9, nil),
        Row("-1e99999999999999999999", 0, nil), Row("99999999999999999999", 0, nil),
        Row("9223372036854775808", 0, nil), Row("9223372036854775807", 0, Int64.max),
        Row("-9223372036854775807", 0, -Int64.max), Row("9223372036854775807", 1, nil),
        Row("123456789012345678", 3, nil),
        Row("1e-99999999999999999999", 9, 0, isExact: false),
        Row("0e99999999999999999999", 9, 0), Row("-0", 3, 0), Row("-0.0e5", 3, 0),
        Row("0.5", 0, 0, isExact: false), Row("1.5", 0, 2, isExact: false),
        Row("2.5", 0, 2, isExact: false), Row("-2.5", 0, -2, isExact: false),
        Row("-3.5", 0, -4, isExact: false), Row("2.500000000000000000001", 0, 3, isExact: false),
        Row("2.4999999999999999999999", 0, 2, isExact: false),
        Row("12.0", 0, 12), Row("12.000000000000000000000000", 0, 12), Row("1.2e1", 0, 12),
        Row("1200e-2", 0, 12), Row("1E+2", 0, 100), Row("0.1", 9, 100_000_000),
        Row("123.456", 3, 123_456), Row("123.4565", 3, 123_456, isExact: false),
        Row("1234567890123456789", -3, 1_234_567_890_123_457, isExact: false),
        Row("0.05e2", 0, 5), Row("0.00000000000000000000000000001e30", 0, 10),
        Row("49e-2", 0, 0, isExact: false), Row("5e-1", 0, 0, isExact: false),
        Row("51e-2", 0, 1, isExact: false), Row("95e-2", 0, 1, isExact: false),
    ]

    @Test("A number is scaled and rounded half to even", arguments: rows)
    func scaled(row: Row) {
        let scaled = Array(row.token.utf8).withUnsafeBytes {
            DecimalNumber.scaled($0, places: row.places)
        }
        #expect(scaled?.value == row.value)
        if let scaled { #expect(scaled.isExact == row.isExact) }
    }

    @Test("A number of a million digits is no trouble")
    func long() {
        let zeros = String(repeating: "0", count: 1_000_000)
        for (token, value) in [
            ("0.\(zeros)1e1000002", Int64(10)), ("1\(zeros)e-1000000", 1), ("0.\(zeros)1", 0),
        ] {
            let scaled = Array(token.utf8).withUnsafeBytes {
                DecimalNumber.scaled($0, places: 0)?.value
            }
            #expect(scaled == value)
        }
    }

    @Test(
        "Numbers are told from other text by JSON's grammar",
        arguments: [
            ("", false), ("-", false), ("+1", false), ("01", false), ("1.", false), (".5", false),
            ("1e", false), ("1e+", false), ("NaN", false), ("1 ", false), ("0x1", false),
            ("0", true), ("-0", true), ("10", true), ("1.5", true), ("1e5", true),
            ("-1.5E-10", true),
        ]
    )
    func grammar(text: String, isNumber: Bool) {
        #expect(Array(text.utf8).withUnsafeBytes { DecimalNumber.isNumber($0) } == isNumber)
    }
}
