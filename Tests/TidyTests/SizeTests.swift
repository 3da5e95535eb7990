import Testing

/// How long things may be.
struct SizeTests {
    @Test(
        "No file has more than 500 lines",
        arguments: ["Sources", "Tests", "fixtures", "scripts", "bench"]
    )
    func files(folder: String) throws {
        let endings: Set = ["swift", "c", "cpp", "h", "hpp", "py", "sh"]
        for path in try Repository.files(in: folder, endingIn: endings) {
            let lines = try Repository.text(of: path).split(
                separator: "\n",
                omittingEmptySubsequences: false
            )
            #expect(lines.count <= 501, "\(path) has \(lines.count - 1) lines")
        }
    }

    @Test("No function has more than 60 lines", arguments: ["Sources", "Tests"])
    func functions(folder: String) throws {
        for file in try Repository.swiftFiles(in: folder) {
            for function in file.functions() where function.length > 60 {
                Issue.record("\(file.path):\(function.line) has \(function.length) lines")
            }
        }
    }
}
