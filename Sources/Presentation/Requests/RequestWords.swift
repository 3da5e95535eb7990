package import Rollups

extension RequestStatus {
    /// How the request ended, as one word.
    package var word: String { outcome.name ?? (failed ? "failed" : "ended") }
}

extension RequestList.Entry {
    /// What is to be known of it beside its numbers, as `loops, 2 retries`.
    package var marks: String {
        let retries = row.retryEvents
        let count = "\(HumanNumber.grouped(retries)) \(retries == 1 ? "retry" : "retries")"
        let marks = [
            (row.isLooping, "loops"), (retries > 0, count), (status.escalated, "escalated"),
            (row.isPartlyUnpriced, "partly unpriced"),
        ]
        return marks.filter(\.0).map(\.1).joined(separator: ", ")
    }
}
