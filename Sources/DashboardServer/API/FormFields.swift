import HTTPTypes
import Hummingbird

/// The fields of a form that a browser has sent.
struct FormFields: Sendable {
    private let fields: [(name: String, value: String)]

    private static let maxBytes = 4_096

    /// Reads the body of a request.
    ///
    /// - Throws: `Problem` where it is too long or malformed.
    init(_ request: Request) async throws {
        var request = request
        let body: ByteBuffer
        do { body = try await request.collectBody(upTo: Self.maxBytes) } catch {
            throw Problem(.contentTooLarge, "The form is too long.", [.connection: "close"])
        }
        fields = try QueryItems.pairs(of: String(buffer: body)).map { ($0.name, $0.value) }
    }

    /// The value of a field; empty where there is none.
    subscript(name: String) -> String { fields.first { $0.name == name }?.value ?? "" }
}
