import ArgumentParser
import Presentation

/// The words of a command line that name commands.
enum CommandWord {
    /// Refuses a word that is no command where one has to stand, with the nearest one.
    static func check(_ arguments: [String], of root: any ParsableCommand.Type) throws {
        var command = root
        for word in arguments {
            let known = subcommands(of: command)
            if known.isEmpty || word.hasPrefix("-") || word == "help" { return }
            guard let next = known[word] else {
                let shown = known.filter { $0.value.configuration.shouldDisplay }.keys.sorted()
                throw ValidationError(
                    WhereExpression.unknown("command", word: word, known: shown).description
                )
            }
            command = next
        }
    }

    /// The names of the commands that the words lead to, the program's first.
    static func path(_ words: [String], of root: any ParsableCommand.Type) -> [String] {
        var command = root
        var path = [name(root)].compactMap { $0 }
        for word in words {
            guard let next = subcommands(of: command)[word] else { break }
            path.append(word)
            command = next
        }
        return path
    }

    private static func subcommands(
        of command: any ParsableCommand.Type
    ) -> [String: any ParsableCommand.Type] {
        var byName: [String: any ParsableCommand.Type] = [:]
        for subcommand in command.configuration.subcommands {
            if let name = name(subcommand) { byName[name] = subcommand }
        }
        return byName
    }

    private static func name(_ command: any ParsableCommand.Type) -> String? {
        command.configuration.commandName
    }
}
