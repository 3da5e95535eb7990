import AgentEvents
import MetricsEngine
import Presentation

/// What `top` is asked to show; keys change it.
struct TopChoice: Sendable, Equatable {
    /// What is on the screen beside the numbers.
    enum Mode: Sendable, Equatable {
        case figures
        case help
        /// A filter that is being typed.
        case typing(String)
    }

    /// What a key makes the program do.
    enum Step: Sendable, Equatable {
        case nothing
        /// The same numbers, shown otherwise.
        case redraw
        /// Other numbers.
        case refresh
        case quit
    }

    static let ranges = ["5m", "15m", "1h", "6h", "24h", "7d"]
    static let dimensions: [Dimension] = [.agent, .model, .tool]

    private(set) var range: Int
    private(set) var dimension = Dimension.agent
    /// Which column the rows are sorted by.
    private(set) var column = 0
    private(set) var conditions: [String]
    private(set) var mode = Mode.figures
    /// What was wrong with the filter that was typed last.
    private(set) var problem: String?

    /// - Throws: `ParameterError` where there is no such range.
    init(range word: String, conditions: [String]) throws {
        guard let range = Self.ranges.firstIndex(of: word) else {
            throw WhereExpression.unknown("range", word: word, known: Self.ranges)
        }
        self.range = range
        self.conditions = conditions
    }

    /// The metrics of the columns, by what rows are.
    var metrics: [Metric] {
        switch dimension {
        case .model:
            [
                .llmCalls, .llmErrorRate, .llmLatencyP50, .llmLatencyP95, .cost, .inputTokens,
                .outputTokens,
            ]
        case .tool: [.toolCalls, .toolSuccessRate, .toolLatencyP50, .toolLatencyP95]
        default:
            [
                .requests, .errorRate, .requestLatencyP50, .requestLatencyP95, .cost,
                .taskCompletionRate, .escalationRate,
            ]
        }
    }

    var rangeWord: String { Self.ranges[range] }

    /// Changes what is shown as a key says.
    mutating func take(_ key: TerminalKey) -> Step {
        if key == .interrupt { return .quit }
        switch mode {
        case .typing(let text): return type(key, after: text)
        case .help:
            mode = .figures
            return key == .character("q") ? .quit : .redraw
        case .figures: return choose(key)
        }
    }

    private mutating func choose(_ key: TerminalKey) -> Step {
        switch key {
        case .character("q"): return .quit
        case .character("?"), .character("h"):
            mode = .help
            return .redraw
        case .character("/"):
            mode = .typing(conditions.joined(separator: " "))
            return .redraw
        case .character("a"): return cut(by: .agent)
        case .character("m"): return cut(by: .model)
        case .character("t"): return cut(by: .tool)
        case .left, .character("["): return move(range: -1)
        case .right, .character("]"): return move(range: 1)
        case .up, .character("<"): return move(column: -1)
        case .down, .character(">"), .character("s"): return move(column: 1)
        case .character(" "): return .refresh
        default: return .nothing
        }
    }

    private mutating func cut(by dimension: Dimension) -> Step {
        guard dimension != self.dimension else { return .nothing }
        self.dimension = dimension
        column = 0
        return .refresh
    }

    private mutating func move(range step: Int) -> Step {
        let next = min(max(0, range + step), Self.ranges.count - 1)
        guard next != range else { return .nothing }
        range = next
        return .refresh
    }

    private mutating func move(column step: Int) -> Step {
        column = (column + step + metrics.count) % metrics.count
        return .redraw
    }

    private static let maxTyped = 200

    private mutating func type(_ key: TerminalKey, after text: String) -> Step {
        switch key {
        case .enter: return filter(text)
        case .escape: mode = .figures
        case .erase: mode = .typing(String(text.dropLast()))
        case .character(let character) where text.count < Self.maxTyped:
            mode = .typing(text + String(character))
        default: return .nothing
        }
        return .redraw
    }

    private mutating func filter(_ text: String) -> Step {
        mode = .figures
        let words = text.split(separator: " ").map(String.init)
        do { _ = try WhereExpression.filters(words) } catch {
            problem = "\(error)"
            return .redraw
        }
        problem = nil
        conditions = words
        return .refresh
    }
}
