import Foundation
import LogTailing
import Testing

@Suite(.timeLimit(.minutes(1)))
struct FileFinderTests {
    private let scratch: ScratchFolder

    init() throws { scratch = try ScratchFolder() }

    private func find(_ patterns: String...) -> FileFinder.Findings {
        FileFinder(patterns: patterns.map { scratch.path($0) }).find()
    }

    /// The paths found, as they lie in the folder of the test.
    private func names(_ findings: FileFinder.Findings) -> [String] {
        findings.files.map { String($0.path.dropFirst(scratch.path.count + 1)) }
    }

    private func write(_ names: String...) throws {
        for name in names { try scratch.write(Array(name.utf8), to: name) }
    }

    private func link(_ name: String, to target: String) {
        #expect(symlink(target, scratch.path(name)) == 0)
    }

    /// A tree with something of everything, and what each pattern finds in it.
    @Test(
        "Each pattern finds its files",
        arguments: [
            ("a.jsonl", ["a.jsonl"]),
            ("missing.jsonl", []),
            ("a.jsonl/b", []),
            ("*.jsonl", ["[x].jsonl", "a.jsonl", "b.jsonl"]),
            ("?.jsonl", ["a.jsonl", "b.jsonl"]),
            ("[ab].jsonl", ["a.jsonl", "b.jsonl"]),
            ("[!a].jsonl", ["b.jsonl"]),
            ("[x].jsonl", ["[x].jsonl"]),
            ("\\[x\\].js*", ["[x].jsonl"]),
            ("[x.jsonl", []),
            (".*.jsonl", [".hidden.jsonl"]),
            (
                "d/*",
                ["d/app.log", "d/app.log.1", "d/app.log.2.gz", "d/deep/c.jsonl", "d/notes.txt"]
            ),
            ("d", ["d/app.log", "d/app.log.1", "d/app.log.2.gz", "d/deep/c.jsonl"]),
            ("d/", ["d/app.log", "d/app.log.1", "d/app.log.2.gz", "d/deep/c.jsonl"]),
            ("./d/../d//deep/./c.jsonl", ["d/../d/deep/c.jsonl"]),
            ("d/../?.jsonl", ["d/../a.jsonl", "d/../b.jsonl"]),
            ("*/deep", ["d/deep/c.jsonl"]),
            ("*/deep/*.jsonl", ["d/deep/c.jsonl"]),
            ("**/c.jsonl", ["d/deep/c.jsonl"]),
            ("**/*.jsonl", ["[x].jsonl", "a.jsonl", "b.jsonl", "d/deep/c.jsonl"]),
            ("**/**/deep/**/*.jsonl", ["d/deep/c.jsonl"]),
            (
                "d/**",
                ["d/app.log", "d/app.log.1", "d/app.log.2.gz", "d/deep/c.jsonl", "d/notes.txt"]
            ),
            ("**/.inside/*", []),
            (".git/.inside/*", [".git/.inside/x.log"]),
            (".git", []),
            ("e*", []),
        ]
    )
    func table(pattern: String, expected: [String]) throws {
        try write(
            "a.jsonl",
            "b.jsonl",
            "[x].jsonl",
            ".hidden.jsonl",
            "d/app.log",
            "d/app.log.1",
            "d/app.log.2.gz",
            "d/notes.txt",
            "d/deep/c.jsonl",
            "d/.hidden.log",
            "d/store.db",
            "d/store.db-wal",
            "d/store.db-shm",
            "d/store.db-write.lock",
            "d/store.db-follow.lock",
            "d/x.sqlite3",
            ".git/.inside/x.log"
        )
        let findings = find(pattern)
        #expect(names(findings) == expected)
        #expect(findings.problems.isEmpty)
        // By name alone, what was found is accepted, in whatever way `..` was spelled.
        let finder = FileFinder(patterns: [scratch.path(pattern)])
        #expect(findings.files.allSatisfy { finder.matches($0.path) })
    }

    @Test(
        "A path is accepted by a pattern or not, whether or not it is there",
        arguments: [
            ("/a/b.log", "/a/b.log", true), ("/a/b.log", "/a/c.log", false),
            ("/a", "/a/b.log", true), ("/a", "/a/b/c.jsonl.2.gz", true), ("/a", "/a/b.txt", false),
            ("/a", "/a/.b/c.log", false), ("/a", "/a/.c.log", false), ("/a", "/ab/c.log", false),
            ("/a", "/a", true), ("/", "/a/b.log", true), ("/a/*", "/a/b.txt", true),
            ("/a/*", "/a/b/c.log", true), ("/a/*", "/a/b/c.txt", false), ("/a/*", "/a/.b", false),
            ("/a/**/*.log", "/a/x.log", true), ("/a/**/*.log", "/a/b/c/x.log", true),
            ("/a/**/*.log", "/a/.b/x.log", false), ("/a/**/*.log", "/a/b/x.txt", false),
            ("/a/**/b/*.log", "/a/b/c/b/x.log", true), ("/a/**", "/a/b/c.txt", true),
            ("/**/x", "/x", true), ("/a/[b].log", "/a/[b].log", true), ("/a/*", "/a/x.db", false),
            ("/a/./b//c", "/a/b/c", true), ("/a/?.log", "/a/b/c.log", false),
            ("/a/**", "/a", false),
        ]
    )
    func accepted(pattern: String, path: String, isAccepted: Bool) {
        #expect(FileFinder(patterns: ["/none", pattern]).matches(path) == isAccepted)
    }

    @Test("A folder that may not be listed is a problem, and one that may not be searched is one")
    func forbidden() throws {
        typealias Change = @convention(c) (uid_t) -> Int32
        let found = try #require(dlsym(nil, "setfsuid"))
        let setUser = unsafeBitCast(found, to: Change.self)
        try write("d/closed/a.log", "d/names/b.log", "d/names/c.log", "d/open/d.log")
        #expect(chmod(scratch.path("d/closed"), 0o000) == 0)
        #expect(chmod(scratch.path("d/names"), 0o444) == 0)
        defer { for name in ["closed", "names"] { chmod(scratch.path("d/\(name)"), 0o755) } }
        // Root may do everything, so this thread looks at files as another user for a moment.
        let own = geteuid()
        if own == 0 { _ = setUser(65_534) }
        let findings = find("d", "d/closed/a.log", "d/names/*.log")
        _ = setUser(own)
        #expect(names(findings) == ["d/open/d.log"])
        #expect(
            findings.problems.map(\.path)
                == ["d/closed", "d/closed/a.log", "d/names"].map(scratch.path)
        )
        #expect(findings.problems.map(\.error.code) == [EACCES, EACCES, EACCES])
        #expect(names(find("d")).count == (own == 0 ? 4 : 1))
    }

    @Test("A file has the device, inode and size that the system says")
    func facts() throws {
        try write("a.log")
        var status = stat()
        #expect(fstatat(AT_FDCWD, scratch.path("a.log"), &status, 0) == 0)
        let file = try #require(find("a.log").files.first)
        #expect(file.device == Int64(status.st_dev))
        #expect(file.inode == Int64(status.st_ino))
        #expect(file.size == 5)
    }

    @Test("Several patterns for one file find it once, sorted by path")
    func repeats() throws {
        try write("b/x.log", "a/y.log")
        #expect(names(find("b", "**/*.log", "b/x.log", "a/*", "a", "b")) == ["a/y.log", "b/x.log"])
    }

    @Test(
        "Below a folder a name has to look like a log's",
        arguments: [
            ("app.log", true), ("app.log.1", true), ("app.log-20261123", true),
            ("a.jsonl-20261123.gz", true), ("a.jsonl.2.zst", true), ("A.LOG", true),
            ("app-20261123.log", true), ("x.ndjson", true), ("x.json", true), ("log", true),
            ("app.log_old", true), ("app.log~", true), ("log4j.properties", false),
            ("notes.txt", false), ("catalog", false), ("app.log.xz", false),
            ("app.log.1.bz2", false), ("logs.json.tar.gz", false), ("blog.md", false),
            ("app.logs", false), ("app.sqlite", false), ("log.db", false),
            ("log.sqlite3-wal", false),
            ("log.db-journal", false), ("log-write.lock", false), ("über.log.1", true),
        ]
    )
    func logNames(name: String, isLog: Bool) throws {
        try write("d/\(name)")
        #expect(names(find("d")) == (isLog ? ["d/\(name)"] : []))
    }

    @Test("A star or bracket that is a name's own is taken literally, folders' too")
    func literal() throws {
        try write("*.log", "a.log", "[d]/a.log", "d/b.log")
        #expect(names(find("*.log")) == ["*.log"])
        #expect(names(find("[d]/*.log")) == ["[d]/a.log"])
        #expect(names(find("[d]")) == ["[d]/a.log"])
        #expect(names(find("?.log")) == ["*.log", "a.log"])
    }

    @Test("A file called by a star does not keep a folder's other files from being found")
    func star() throws {
        try write("d/*", "d/a.log", "d/e/b.log")
        #expect(names(find("d")) == ["d/a.log", "d/e/b.log"])
        #expect(names(find("d/**")) == ["d/*", "d/a.log", "d/e/b.log"])
    }

    @Test("A link leads to its file wherever that lies; a retargeted one to the new file")
    func links() throws {
        try write("real/one.log", "real/two.log", "links/x.txt")
        link("links/now.log", to: "../real/one.log")
        let before = find("links/now.log")
        #expect(names(before) == ["links/now.log"])
        #expect(before.folders == [scratch.path("links"), scratch.path("real")])
        #expect(names(find("links/*.log")) == ["links/now.log"])
        #expect(find("links").folders == [scratch.path("links"), scratch.path("real")])
        #expect(unlink(scratch.path("links/now.log")) == 0)
        link("links/now.log", to: "../real/two.log")
        #expect(find("links/now.log").files.first?.inode != before.files.first?.inode)
    }

    @Test("Of several names for one file the one without a link is taken, then the first")
    func names() throws {
        try write("d/z.log")
        link("d/a.log", to: "z.log")
        #expect(names(find("d")) == ["d/z.log"])
        #expect(names(find("d/a.log", "d/z.log")) == ["d/z.log"])
        #expect(names(find("d/a.log")) == ["d/a.log"])
        #expect(Glibc.link(scratch.path("d/z.log"), scratch.path("d/m.log")) == 0)
        #expect(names(find("d")) == ["d/m.log"])
    }

    @Test("A dangling link is as a file that is not there yet")
    func dangling() throws {
        try write("d/a.log")
        link("d/b.log", to: "nowhere")
        for pattern in ["d", "d/b.log", "d/*.log"] {
            let findings = find(pattern)
            #expect(findings.problems.isEmpty)
            #expect(findings.folders == [scratch.path("d")])
        }
    }

    @Test("Folders behind links are looked into, each once, and loops end")
    func loops() throws {
        try write("d/e/a.log", "other/b.log")
        link("d/e/up", to: "..")
        link("d/self", to: ".")
        link("d/aside", to: "../other")
        link("d/again", to: "../other")
        link("d/loop.log", to: "loop.log")
        for pattern in ["d", "d/**/*.log", "d/**"] {
            let findings = find(pattern)
            let others = findings.files.filter { $0.path.hasSuffix("/b.log") }
            #expect(others.count == 1, "\(pattern)")
            #expect(names(findings).contains("d/e/a.log"))
            #expect(findings.files.count == 2, "\(pattern)")
            #expect(findings.problems.map(\.path) == [scratch.path("d/loop.log")])
            #expect(findings.problems.map(\.error.code) == [ELOOP])
        }
        // A real path is kept where there is one.
        #expect(names(find("d", "other")).contains("other/b.log") == false)
        #expect(names(find("other", "d")).contains("other/b.log"))
    }

    @Test("A folder that has links to it is known by its own path")
    func linkedFolder() throws {
        try write("d/real/a.log")
        for number in 1...20 { link("d/link\(number)", to: "real") }
        for pattern in ["d", "d/**/*.log"] {
            #expect(names(find(pattern)) == ["d/real/a.log"])
        }
        #expect(names(find("d/*/a.log")) == ["d/real/a.log"])
    }

    @Test("What is named and is no log is a problem; among others it is passed over")
    func others() throws {
        try write("d/a.log", "d/store.db")
        #expect(mkfifo(scratch.path("d/pipe.log"), 0o600) == 0)
        let findings = find("d/pipe.log", "d/store.db", "/dev/null")
        #expect(findings.files.isEmpty)
        #expect(findings.problems.map(\.error.code) == [ENOTSUP, ENOTSUP])
        for pattern in ["d", "d/*"] {
            #expect(names(find(pattern)) == ["d/a.log"])
            #expect(find(pattern).problems.isEmpty)
        }
    }

    @Test("Names with line feeds are found; those that are no UTF-8 are said to be so")
    func strangeNames() throws {
        try write("d/a\nb.log", "d/é.log")
        let raw = scratch.path + "/d/"
        for name in [[0x78, 0xFF] + Array(".log".utf8), [0xFF]] as [[UInt8]] {
            let path = (Array(raw.utf8) + name + [0]).map { CChar(bitPattern: $0) }
            let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
            #expect(descriptor >= 0)
            close(descriptor)
        }
        let findings = find("d")
        #expect(names(findings) == ["d/a\nb.log", "d/é.log"])
        #expect(findings.problems.map(\.path) == [raw + "x\u{FFFD}.log"])
        #expect(findings.problems.map(\.error.code) == [EILSEQ])
        #expect(FileFinder(patterns: []).folderListing(scratch.path("d")).count == 2)
    }

    @Test("What the system refuses is a problem of the path, once a folder")
    func refused() throws {
        try write("d/a.log")
        let long = String(repeating: "x", count: 300)
        let deep = String(repeating: "y/", count: 2_500)
        let findings = find(long, deep, "d/a.log")
        #expect(names(findings) == ["d/a.log"])
        #expect(findings.problems.map(\.error.code) == [ENAMETOOLONG, ENAMETOOLONG])
    }

    @Test("Folders are those that may hold more: looked into, or of a named file")
    func folders() throws {
        try write("d/e/a.log", "f/b.log", "g/h/c.log")
        #expect(find("d").folders == ["d", "d/e"].map(scratch.path))
        #expect(find("f/b.log", "f/not-yet.log").folders == [scratch.path("f")])
        #expect(find("no/such/folder.log").folders.isEmpty)
        #expect(find("*/h/*.log").folders == [scratch.path, scratch.path("g/h")])
    }

    @Test("A folder's listing has every regular file of it, and none where it is gone")
    func listing() throws {
        try write("d/a.log", "d/.hidden", "d/a.log.1.gz", "d/e/inner.log")
        link("d/link.log", to: "a.log")
        let files = FileFinder(patterns: []).folderListing(scratch.path("d"))
        #expect(
            files.map(\.path).sorted()
                == ["d/.hidden", "d/a.log", "d/a.log.1.gz"].map(scratch.path)
        )
        #expect(files.allSatisfy { $0.inode > 0 && $0.size > 0 })
        #expect(FileFinder(patterns: []).folderListing(scratch.path("gone")).isEmpty)
        #expect(FileFinder(patterns: []).folderListing(scratch.path("d/a.log")).isEmpty)
        let tooLong = scratch.path(String(repeating: "x", count: 300))
        #expect(FileFinder(patterns: []).folderListing(tooLong).isEmpty)
    }

    @Test("10,000 files in 100 folders are found in one look")
    func many() throws {
        for folder in 0..<100 {
            let path = scratch.path("d/\(folder)")
            #expect(mkdir(scratch.path("d"), 0o700) == 0 || folder > 0)
            #expect(mkdir(path, 0o700) == 0)
            for file in 0..<100 {
                let descriptor = open("\(path)/agent-\(file).jsonl", O_WRONLY | O_CREAT, 0o600)
                close(descriptor)
            }
        }
        for pattern in ["d", "d/*/*.jsonl", "d/**/*.jsonl"] {
            let findings = find(pattern)
            #expect(findings.files.count == 10_000)
            #expect(findings.folders.count >= 100)
        }
    }

    @Test("Names below a folder that do not look like logs are told, unless they were asked for")
    func passedOver() throws {
        try write("d/a.log", "d/agent.out", "d/e/stdout", "d/.hidden", "d/store.db", "f/x.txt")
        let patterns = ["d", "f/*.txt"].map { scratch.path($0) }
        #expect(
            FileFinder(patterns: patterns).find().passedOver
                == ["d/agent.out", "d/e/stdout"].map { scratch.path($0) }
        )
        let named = patterns + [scratch.path("d/agent.out")]
        #expect(FileFinder(patterns: named).find().passedOver == [scratch.path("d/e/stdout")])
    }

    @Test("What this process writes is never found, by whatever name or descriptor it is known")
    func written() throws {
        try write("d/a.log", "d/own.log", "d/store.json")
        #expect(symlink(scratch.path("d/store.json"), scratch.path("d/link.json")) == 0)
        try scratch.reading("d/own.log") { descriptor in
            let written = WrittenFiles(
                paths: [scratch.path("d/store.json"), scratch.path("d/store.json-wal")],
                descriptors: [descriptor, -1]
            )
            for pattern in ["d", "d/*", "d/store.json", "d/link.json", "d/own.log"] {
                let finder = FileFinder(patterns: [scratch.path(pattern)], written: written)
                let found = finder.find().files.map(\.path)
                #expect(
                    found
                        == (pattern.hasSuffix("n") || pattern.hasSuffix("own.log")
                            ? [] : [scratch.path("d/a.log")]),
                    "\(pattern)"
                )
                #expect(
                    finder.folderListing(scratch.path("d")).map(\.path)
                        == [scratch.path("d/a.log")]
                )
            }
        }
    }

    @Test("A file that this process writes is refused where it is to be read once")
    func writtenOnce() throws {
        try write("store.json")
        let path = scratch.path("store.json")
        let queue = OnceQueue(paths: [path], known: [], written: WrittenFiles(paths: [path]))
        queue.beginRound()
        #expect(queue.nextReadable() == nil)
        #expect(
            queue.problems.map { "\($0.error)" } == ["agentwatch itself writes to it; name a log"]
        )
    }
}
