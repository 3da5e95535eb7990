/// What was removed with a source.
package struct ForgottenSource: Sendable, Equatable {
    package var generations: Int64
    package var events: Int64
    /// Request ids that lost events: they are gone, or folded again from what remains.
    package var requests: Int64

    package init(generations: Int64, events: Int64, requests: Int64) {
        self.generations = generations
        self.events = events
        self.requests = requests
    }
}
