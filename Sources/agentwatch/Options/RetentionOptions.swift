import ArgumentParser
import EventStorage
import Presentation

/// How long events and rollups are kept; for ever unless these say otherwise.
struct RetentionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Remove events and requests older than this, such as 30d; reports on earlier times "
                + "come from rollups (default: everything is kept).",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var keep: TimeSpan?

    @Option(
        help: ArgumentHelp(
            "With --keep, also remove rollups older than this, such as 400d (default: all are "
                + "kept).",
            valueName: "time"
        ),
        transform: { word in try Usage.checked { try TimeSpan(word) } }
    )
    var keepRollups: TimeSpan?

    /// What they say; `nil` where everything is kept.
    var policy: RetentionPolicy? {
        get throws {
            guard let keep else {
                guard keepRollups == nil else {
                    throw ValidationError("--keep-rollups goes with --keep")
                }
                return nil
            }
            let policy = RetentionPolicy(keep: keep.micros, keepRollups: keepRollups?.micros)
            guard let policy else {
                throw ValidationError(
                    keep.micros < RetentionPolicy.minKeep
                        ? "--keep needs a time of at least 1h, by when requests have ended"
                        : "--keep-rollups needs a time that is not shorter than that of --keep"
                )
            }
            return policy
        }
    }

    /// Refuses what cannot be kept so.
    func validate() throws { _ = try policy }
}
