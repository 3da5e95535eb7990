/// A text that is never logged nor shown: whatever prints it prints `***`.
package struct Secret: Sendable, Hashable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The text itself, for the one place that sends it.
    package let revealed: String

    package init(_ text: String) { revealed = text }

    package var description: String { "***" }
    package var debugDescription: String { "***" }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// A text without what is secret, for errors that quote what a receiver answered.
    ///
    /// Texts of under four letters are left: they would be found everywhere.
    static func masking(_ secrets: [Secret], in text: String) -> String {
        var masked = text
        for secret in secrets.map(\.revealed).sorted(by: { $0.count > $1.count })
        where secret.utf8.count >= 4 {
            masked = masked.replacing(secret, with: "***")
        }
        return masked
    }
}
