import HTTPTypes
import Hummingbird

/// A form that takes the token once and lets the browser keep it where no script can read it.
struct LoginPage: Sendable {
    let authenticator: Authenticator

    static let path = "/login"

    var endpoints: [Endpoint] {
        [
            Endpoint(
                method: .get,
                path: Self.path,
                level: nil,
                summary: "A form for the token.",
                answers: "text/html",
                handler: { _ in Self.page(note: nil, status: .ok) }
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
        let token = try await FormFields(form.request)["token"]
        guard try authenticator.level(of: token, from: form.context.client) != nil else {
            return Self.page(note: "The token is not known.", status: .forbidden)
        }
        var response = Response(status: .seeOther, headers: [.location: "/"])
        response.setCookie(cookie(token, maxAge: 30 * 86_400, for: form.context.client))
        return response
    }

    private func cookie(_ value: String, maxAge: Int, for client: Client) -> Cookie {
        Cookie(
            name: Authenticator.cookie,
            value: value,
            maxAge: maxAge,
            path: "/",
            secure: client.isEncrypted,
            httpOnly: true,
            sameSite: .strict
        )
    }

    private static func page(note: String?, status: HTTPResponse.Status) -> Response {
        let note = note.map { "<p role=\"alert\">\($0)</p>" } ?? ""
        let html = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <title>Log in: agentwatch</title><link rel="stylesheet" href="/assets/page.css"></head>
            <body><main><h1>agentwatch</h1>\(note)
            <form method="post" action="/login">
            <label for="token">Token</label>
            <input id="token" name="token" type="password" autocomplete="current-password" required>
            <button type="submit">Log in</button>
            </form></main></body>
            </html>

            """
        return Response(
            status: status,
            headers: [.contentType: "text/html; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: html))
        )
    }
}
