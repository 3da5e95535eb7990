import HTTPTypes
import Hummingbird
import Pages

/// A form that takes the token once and lets the browser keep it where no script can read it.
struct LoginPage: Sendable {
    let authenticator: Authenticator
    let base: BasePath

    static let path = LoginForm.path.description

    /// The address of the form; the overview is where it leads anyway.
    static func address(leadingBackTo page: ReturnPath?) -> String {
        guard let page, page.text != "/" else { return path }
        return PageLink(LoginForm.path, [PageRequest.Item(LoginForm.next, page.text)]).text
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                method: .get,
                path: Self.path,
                level: nil,
                summary: "A form for the token.",
                answers: "text/html",
                handler: { request in
                    let asked = try QueryItems.pairs(of: request.request.uri.query)
                    let next = asked.first { $0.name == LoginForm.next }
                    return page(note: nil, next: next.flatMap { ReturnPath($0.value) }, status: .ok)
                }
            ),
            Endpoint(
                method: .post,
                path: Self.path,
                level: nil,
                summary: "Keep the token of the form in a cookie.",
                body: .form,
                handler: { try await logIn($0) }
            ),
            Endpoint(
                method: .post,
                path: "/logout",
                level: nil,
                summary: "Forget the token.",
                body: .form,
                handler: { request in
                    var response = Response(status: .seeOther, headers: [.location: Self.path])
                    response.setCookie(cookie("", maxAge: 0, for: request.context.client))
                    return response
                }
            ),
        ]
    }

    private func logIn(_ form: APIRequest) async throws -> Response {
        let fields = try await FormFields(form.request)
        let (token, next) = (fields[LoginForm.token], ReturnPath(fields[LoginForm.next]))
        guard try authenticator.level(of: token, from: form.context.client) != nil else {
            return page(note: "The token is not known.", next: next, status: .forbidden)
        }
        var response = Response(status: .seeOther, headers: [.location: next?.text ?? "/"])
        response.setCookie(cookie(token, maxAge: 30 * 86_400, for: form.context.client))
        return response
    }

    private func cookie(_ value: String, maxAge: Int, for client: Client) -> Cookie {
        Cookie(
            name: Authenticator.cookie,
            value: value,
            maxAge: maxAge,
            path: base.absolute("/"),
            secure: client.isEncrypted,
            httpOnly: true,
            sameSite: .strict
        )
    }

    private func page(
        note: String?,
        next: ReturnPath?,
        status: HTTPResponse.Status
    ) -> Response {
        let html = LoginForm.html(note: note, next: next?.text, below: base)
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }
}
