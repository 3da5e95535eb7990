import HTTPTypes

extension HTTPField.Name {
    /// A second `Host`: the first is the request's authority, and no header any more.
    static var host: HTTPField.Name { known("Host") }
    /// Whom a proxy was asked by.
    static var forwardedFor: HTTPField.Name { known("X-Forwarded-For") }
    /// The scheme by which a proxy was called.
    static var forwardedProto: HTTPField.Name { known("X-Forwarded-Proto") }
    /// What kind of request a browser makes.
    static var secFetchMode: HTTPField.Name { known("Sec-Fetch-Mode") }
    /// Whose page made a browser ask.
    static var secFetchSite: HTTPField.Name { known("Sec-Fetch-Site") }
    /// Makes a repeated post harmless.
    static var idempotencyKey: HTTPField.Name { known("Idempotency-Key") }
    /// Tells that an answer was given before.
    static var idempotencyReplayed: HTTPField.Name { known("Idempotency-Replayed") }
    /// Who may embed an answer.
    static var resourcePolicy: HTTPField.Name { known("Cross-Origin-Resource-Policy") }
    /// The `Referrer-Policy` header.
    static var referrerPolicy: HTTPField.Name { known("Referrer-Policy") }

    private static func known(_ text: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(text) else { preconditionFailure("\(text) is a name") }
        return name
    }
}
