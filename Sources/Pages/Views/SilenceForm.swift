import EventStorage

/// Forms that add and end silences, and the addresses that they are sent to.
package enum SilenceForm {
    package static let addPath: StaticString = "/alerts/silence"
    package static let expirePath: StaticString = "/alerts/silence/expire"
    /// The names of the fields.
    package static let (labels, length, comment, id) = ("labels", "for", "comment", "id")

    /// Asks for labels, a length of time and a comment.
    static var adding: Markup {
        Tag.details(.class("more")) {
            Tag.summary(text: "Silence alerts")
            Tag.form(.action(PageLink(addPath)), Attribute("method", "post")) {
                field(labels, hint: "rule=NAME agent=x")
                field(length, hint: "30m, 2h, 7d")
                field(comment, hint: "why")
                Tag.button(Attribute("type", "submit"), text: "Silence")
            }
        }
    }

    /// Ends a silence.
    static func ending(_ number: Int64) -> Markup {
        Tag.form(.action(PageLink(expirePath)), Attribute("method", "post")) {
            Tag.input(
                Attribute("type", "hidden"),
                Attribute("name", id),
                Attribute("value", "\(number)")
            )
            Tag.button(Attribute("type", "submit"), text: "End")
        }
    }

    private static func field(_ name: String, hint: String) -> Markup {
        Tag.label {
            Markup.text(name)
            Tag.input(
                Attribute("name", name),
                Attribute("placeholder", hint),
                Attribute("autocomplete", "off")
            )
        }
    }
}
