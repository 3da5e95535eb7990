/// The form that asks for a token.
package enum LoginForm {
    package static let path: StaticString = "/login"
    /// The name of the field.
    package static let token = "token"

    /// The name of the hidden field that says where to go on to.
    package static let next = "next"

    /// The document; `note` says what was wrong before, `next` which page was asked for.
    package static func html(note: String?, next: String?, below base: BasePath) -> String {
        let alert = note.map { Tag.p(.class("problem"), Attribute("role", "alert"), text: $0) }
        let form = Tag.form(.class("login"), .action(PageLink(path)), Attribute("method", "post")) {
            Tag.label {
                Markup.text("Token")
                Tag.input(
                    Attribute("name", token),
                    Attribute("type", "password"),
                    Attribute("autocomplete", "current-password"),
                    .flag("required")
                )
            }
            next.map { hidden(next: $0) } ?? .nothing
            Tag.button(Attribute("type", "submit"), text: "Log in")
        }
        let panel = Tag.section(.class("panel")) {
            Tag.h1(text: "Log in")
            alert ?? .nothing
            form
        }
        return PageFrame.plain("Log in", [panel], below: base)
    }

    private static func hidden(next: String) -> Markup {
        Tag.input(
            Attribute("type", "hidden"),
            Attribute("name", Self.next),
            Attribute("value", next)
        )
    }
}
