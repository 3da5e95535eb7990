import HTTPTypes
import Hummingbird
import Presentation

/// An answer that is an error, as RFC 9457 has it.
struct Problem: Error {
    var status: HTTPResponse.Status
    /// One sentence that says what was wrong with this very request.
    var detail: String
    var headers: HTTPFields = [:]

    init(_ status: HTTPResponse.Status, _ detail: String, _ headers: HTTPFields = [:]) {
        self.status = status
        self.detail = detail
        self.headers = headers
    }

    /// A refusal that may be tried again after `seconds` seconds.
    static func later(
        _ status: HTTPResponse.Status,
        _ detail: String,
        seconds: Int = 1
    ) -> Problem {
        Problem(status, detail, [.retryAfter: "\(seconds)"])
    }

    static let contentType = "application/problem+json"

    /// The problem document.
    var text: String {
        JSONWriter.document(
            [
                "type": "about:blank",
                "title": .string(status.reasonPhrase),
                "status": .integer(Int64(status.code)),
                "detail": .string(detail),
            ]
        )
    }

    var response: Response {
        var headers = headers
        headers[.contentType] = Self.contentType
        return Response(
            status: status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}
