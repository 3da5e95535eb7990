/// The ways in which routers and clouds write one model's name.
enum ModelSpelling {
    /// The name as it stands, without leading `provider/` parts, then without leading `word.` parts
    /// of letters and hyphens (regions and vendors; `gpt-4.1` has a digit before its dot).
    static func spellings(of name: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
        var found = [name]
        var rest = name
        while let slash = rest.firstIndex(of: UInt8(ascii: "/")) {
            rest = rest[(slash + 1)...]
            found.append(rest)
        }
        while let dot = rest.firstIndex(of: UInt8(ascii: ".")), isWord(rest[..<dot]) {
            rest = rest[(dot + 1)...]
            found.append(rest)
        }
        return found
    }

    private static func isWord(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty
            && bytes.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
