import ArgumentParser
import MetricsEngine
import Presentation

/// What is looked at: which units, cut how, in which zone, as of when.
struct QueryOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Cut by \(Dimension.allCases.map(\.rawValue).joined(separator: ", ")).",
            discussion: "A list, or given several times.",
            valueName: "dimension,..."
        )
    )
    var by: [String] = []

    @OptionGroup var window: WindowOptions

    /// Checks the parameters while the command line is read, so that mistakes are usage errors.
    func validate() throws {
        _ = try Usage.checked { try parameters.dimensions }
    }

    /// The same without the command line.
    var parameters: QueryParameters {
        var parameters = window.parameters
        parameters.by = by
        return parameters
    }
}
