package import AgentEvents

/// Something with lines to take.
package protocol LineSource: AnyObject {
    var position: SourcePosition { get }
    /// `nil` where it only moved on.
    var lines: LineBuffer? { get }
    /// Whether nothing will be appended any more, so that a last line counts as it is.
    var isFinal: Bool { get }
    /// Whether a follower had read all of it before, so that what comes now is new.
    var isCaughtUp: Bool { get }
}

/// Hands out sources for turns of reading.
///
/// A round is what one batch takes: within it every source gets one turn at most, since a batch moves
/// a source once.
package protocol SourceQueue: AnyObject {
    /// Whether a last line without its end is taken where it is whole JSON.
    var takesWholeLastLine: Bool { get }
    /// How many bytes a turn may take, so that no source starves the others.
    var turnBytes: Int64 { get }
    func beginRound()
    /// The next source that has something to take; `nil` at the end of the round.
    func nextReadable() -> (any LineSource)?
    /// Ends a turn behind the last line that was taken; `nil` where nothing of it counts.
    ///
    /// `isAtEnd`: whether the source had no more to give.
    func finish(_ source: any LineSource, at offset: Int64, isAtEnd: Bool) -> SourceMove?
    /// Notes that a source could not be read further.
    func fail(_ source: any LineSource, _ error: any Error)
    /// Goes on from what the store holds, after what was read in vain.
    func rewind(to known: [SourcePosition])
}
