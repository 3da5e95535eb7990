import AgentEvents
import ArgumentParser
import EventStorage
import Foundation
import Pipeline
import Presentation

/// `agentwatch backup`.
struct BackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the database while everything runs.",
        discussion: """
            Copying the file itself would miss what is still in its log. The copy is one file, and \
            a database like any other: name it with --db. An existing file is never replaced.

            EXAMPLES
              agentwatch backup agentwatch-2026-11-22.db
            """
    )

    @Argument(help: "A new file.")
    var file: String

    @OptionGroup var common: CommonOptions

    /// Refuses an empty path.
    func validate() throws {
        if file.isEmpty { throw ValidationError("backup needs the name of a new file") }
    }

    /// Copies, and says where to and how much.
    func run() throws {
        let store = try StoreChoice.openForReading(common.database)
        let target = SourcePath.absolute(file)
        try store.backup(to: target)
        var facts = stat()
        guard stat(target, &facts) == 0 else {
            throw CommandFailure(
                "looking at the backup \(SafeText.line(target))",
                String(cString: strerror(errno)),
                "it was written; look who has taken it away"
            )
        }
        let bytes = Int64(facts.st_size)
        if common.output.isJSON {
            let answer: JSONValue = ["path": .string(target), "bytes": .integer(bytes)]
            try Output.write(JSONWriter.document(answer))
        } else {
            try Output.write("\(SafeText.line(file)): \(HumanNumber.bytes(bytes))\n")
        }
    }
}
