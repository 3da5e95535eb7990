import AgentEvents
import EventStorage

/// What is missing from a call: asked by metrics and by the report's quality alike.
extension CallUnit {
    /// It succeeded, so it used tokens, and says nothing of them.
    var lacksUsage: Bool { succeeded && !input.isKnown && !output.isKnown }

    /// It has neither a logged nor a computed cost.
    var isUnpriced: Bool { !cost.isKnown }
}
