import MetricsEngine

extension RuleKind {
    /// Reads the keys of a rule's type; `nil` with problems where they make no rule that can fire.
    init?(
        _ object: ObjectReader,
        _ type: RuleType,
        _ metric: Metric?,
        _ window: AlertWindow
    ) {
        switch type {
        case .threshold: self = .threshold
        case .anomaly: self = .anomaly(AnomalyBaseline(object, window))
        case .burnRate:
            guard let budget = ErrorBudget(object, metric) else { return nil }
            self = .burnRate(budget)
        }
    }
}

extension AnomalyBaseline {
    fileprivate init(_ object: ObjectReader, _ window: AlertWindow) {
        self.init()
        if let read = object.seconds("baseline") { seconds = read }
        if let change = object.number("min_change") {
            minChange = change
            if change < 0 {
                object.report(
                    "min_change",
                    "a change of at least 0 is expected"
                )
            }
        }
        guard case .minutes(let length) = window else {
            object.report(
                "window",
                "an anomaly compares windows of one length, which \(window.text) has not",
                suggestion: "write a length like \"1h\""
            )
            return
        }
        checkPoints(length, object: object)
    }

    /// A window that has too few past ones to be compared with.
    private func checkPoints(
        _ length: Int64,
        object: ObjectReader
    ) {
        let (most, fewest) = points(ofMinutes: length)
        let past = "a baseline of \(TimeLength.text(seconds)) has"
        if most < Self.leastPoints {
            object.report(
                "baseline",
                "\(past) \(most) past windows to compare with and \(Self.leastPoints) are needed,"
                    + " so the rule can never fire",
                suggestion: "write a longer baseline or a shorter window"
            )
        } else if fewest < Self.leastPoints {
            object.warn(
                "baseline",
                "at some times of day \(past) fewer than \(Self.leastPoints) past windows:"
                    + " the rule cannot fire then"
            )
        }
    }
}

extension ErrorBudget {
    fileprivate init?(
        _ object: ObjectReader,
        _ metric: Metric?
    ) {
        let day: Int64 = 86_400
        let period = object.seconds("period") ?? 30 * day
        if period < 3 * day {
            object.report(
                "period",
                "a period of at least 3d is expected, the longest window that is looked at"
            )
        }
        if object.node("objective") == nil {
            object.diagnostics.add(
                object.place("objective"),
                line: object.line,
                message: "a burn_rate rule needs objective, the share that should be good"
            )
        }
        guard let objective = object.number("objective") else { return nil }
        self.init(objective: objective, periodSeconds: period)
        guard objective > 0, objective < 1 else {
            let percent = objective > 1 && objective < 100
            object.report(
                "objective",
                "an objective lies between 0 and 1",
                suggestion: percent
                    ? "\(NumberText.exact(objective)) % is \(NumberText.short(objective / 100))"
                    : nil
            )
            return
        }
        check(metric, object: object)
        checkCanFire(object)
    }

    private func check(_ metric: Metric?, object: ObjectReader) {
        guard let metric, metric.statistic != .ratio else { return }
        object.report(
            "metric",
            "a burn_rate rule needs a share of what went wrong or well, which \(metric.name) is not",
            suggestion: "take error_rate, llm_error_rate, slow_request_rate or tool_success_rate"
        )
    }

    /// Not more than everything can go wrong.
    private func checkCanFire(_ object: ObjectReader) {
        let dead = Self.pairs.filter { factor($0) * (1 - objective) >= 1 }
        guard !dead.isEmpty else { return }
        let (place, line) = (object.place("objective"), object.line(of: "objective"))
        if dead.count == Self.pairs.count {
            return object.diagnostics.add(
                place,
                line: line,
                message:
                    "even if everything fails, no pair of windows burns the budget fast enough,"
                    + " so the rule can never fire",
                suggestion: "write an objective nearer to 1"
            )
        }
        let windows = dead.map { TimeLength.text($0.longMinutes * 60) }.joined(separator: " and ")
        object.diagnostics.warn(
            place,
            line: line,
            message: "even if everything fails, the pair of \(windows) cannot fire",
            suggestion: "write an objective nearer to 1, or a shorter period"
        )
    }
}
