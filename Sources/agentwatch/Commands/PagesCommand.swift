import AgentEvents
import ArgumentParser
import EventStorage
import Foundation
import MetricsEngine
import Pages
import Pipeline
import Presentation

/// `agentwatch pages`: every page into a folder, to look at them without a server.
struct PagesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "Write every page of the dashboard into a folder.",
        shouldDisplay: false
    )

    @Argument(help: "A folder.")
    var folder: String

    @Option(help: ArgumentHelp("The query of the pages' address.", valueName: "name=value"))
    var query: [String] = []

    @Option(
        help: ArgumentHelp("Evaluate as of this time instead of now.", valueName: "time"),
        transform: { word in try Usage.checked { try TimeExpression(word) } }
    )
    var now: TimeExpression?

    @OptionGroup var database: DatabaseOption

    /// Writes `index.html` for every path, and the assets.
    func run() throws {
        let clock = SystemClock.now()
        let moment = now?.moment(now: clock, zone: .utc) ?? clock
        let items = query.map { word in
            let parts = word.split(separator: "=", maxSplits: 1).map(String.init)
            return PageRequest.Item(parts[0], parts.count > 1 ? parts[1] : "")
        }
        let request = try Usage.checked { try PageRequest(items, now: moment) }
        let store = try StoreChoice.openForReading(database.path)
        let source = PageSource(store: store, isLive: true, look: FileStatus.init(at:))
        for page in PageCatalog.all {
            let start = ContinuousClock.now
            let html = try PageCatalog.html(of: page, request, from: source)
            let took = ContinuousClock.now - start
            try write(Array(html.utf8), page.path + "/index.html")
            try Output.write("\(page.path) \(html.utf8.count) bytes, \(took)\n")
        }
        for asset in PageAssets.all { try write(asset.bytes, asset.path) }
    }

    private func write(_ bytes: [UInt8], _ path: String) throws {
        let url = URL(fileURLWithPath: folder + path)
        try FileManager.default.createDirectory(
            at: url.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(bytes).write(to: url)
    }
}
