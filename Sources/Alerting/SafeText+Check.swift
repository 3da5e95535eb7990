import AgentEvents

extension SafeText {
    /// A part of a line of `check`, without the bar that begins performance data, at most `max`
    /// characters of it.
    static func part(_ text: String, without unwanted: String = "", max: Int = 120) -> String {
        line(text, without: "|" + unwanted, max: max)
    }
}
