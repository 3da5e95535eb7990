import AgentEvents
import Foundation
import Testing

struct JSONTextTests {
    @Test("Foundation reads every text back as it was")
    func readBack() throws {
        var texts = [
            "", "plain", "\"quotes\" and \\ and /", "line\nend\r\ttab", "naïve 日本 \u{1F642}",
        ]
        texts += (UInt32(0)...0x2fff).compactMap(Unicode.Scalar.init).map { String($0) }
        for text in texts {
            let json = "[" + JSONText.quoted(text) + "]"
            let read = try JSONDecoder().decode([String].self, from: Data(json.utf8))
            #expect(read == [text])
            let isControl: (Unicode.Scalar) -> Bool = { $0.properties.generalCategory == .control }
            #expect(!json.unicodeScalars.contains(where: isControl))
        }
    }

    @Test("Hexadecimal digits")
    func hexadecimal() {
        #expect(Hexadecimal.text(0, digits: 4) == "0000")
        #expect(Hexadecimal.text(.max, digits: 4) == "ffffffffffffffff")
        #expect(Hexadecimal.text([0, 0xab, 0xff]) == "00abff")
    }
}
