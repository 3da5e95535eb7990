import Foundation
import Notifications
import Testing

struct SecretTests {
    private static let text = "https://hooks.example.com/T000/B000/hunter2"

    @Test("Nothing that prints a secret shows it")
    func masked() throws {
        let secret = Secret(Self.text)
        let settings = ReceiverSettings(
            name: "ops",
            kind: .slack,
            url: secret,
            secret: Secret("hunter2")
        )
        let receiver = try settings.receiver()
        var dumped = ""
        dump(receiver, to: &dumped)
        dump(settings, to: &dumped)
        dump(secret, to: &dumped)
        let shown = [
            "\(secret)", "\(settings)", "\(receiver)", String(reflecting: secret),
            String(reflecting: settings), String(reflecting: receiver), "\([secret])",
            "\(Optional(secret) as Any)", "\(try HTTPTarget(secret))",
            String(reflecting: try HTTPTarget(secret)), dumped,
            "\(SecretSource("hunter2"))", String(reflecting: SecretSource("hunter2")),
        ]
        for text in shown { #expect(!text.contains("hunter2"), "\(text)") }
    }

    @Test("Texts come from the environment, from files or as they are")
    func sources() throws {
        let environment = ["OPS_URL": "from-environment", "EMPTY": ""]
        let files = ["/run/secrets/ops": "from-file\r\n", "/lines": "a\nb\n", "/empty": "\n"]
        func resolve(_ text: String) throws -> String {
            try SecretSource(text).resolved(environment: environment) { path in
                guard let content = files[path] else { throw CocoaError(.fileNoSuchFile) }
                return Array(content.utf8)
            }.revealed
        }
        #expect(try resolve("$OPS_URL") == "from-environment")
        #expect(try resolve("file:/run/secrets/ops") == "from-file")
        #expect(try resolve("file:///run/secrets/ops") == "from-file")
        #expect(try resolve("file:/lines") == "a\nb")
        #expect(try resolve("http://127.0.0.1:9093") == "http://127.0.0.1:9093")
        for missing in ["$NONE", "$EMPTY", "file:/none", "file:/empty"] {
            #expect(throws: SecretProblem.self) { try resolve(missing) }
        }
    }

    @Test("Files that are too long, or no text, are refused by their name")
    func badFiles() {
        for bytes in [[UInt8](repeating: 97, count: SecretSource.maxFileBytes + 1), [0xff, 0xfe]] {
            let error = #expect(throws: SecretProblem.self) {
                try SecretSource("file:/x").resolved(environment: [:]) { _ in bytes }
            }
            #expect(error?.description.contains("/x") == true)
        }
    }
}
