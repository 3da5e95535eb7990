import AgentEvents

extension BuiltInPrices {
    /// The rows of the built-in table; a row for each pattern and price.
    package static let prices: [ModelPrice] = {
        guard let prices = PriceLines.parse(text) else {
            preconditionFailure("the built-in price table is generated and must parse")
        }
        return prices
    }()
}

/// Reads the text form of the built-in table: patterns, then an indented line for each price.
enum PriceLines {
    /// The rows, or `nil` where a line is not as `BuiltInPrices` describes.
    static func parse(_ text: String) -> [ModelPrice]? {
        var prices: [ModelPrice] = []
        var patterns: [String] = []
        var afterPrice = true
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            let words = line.split(separator: " ")
            guard line.hasPrefix(" ") else {
                patterns = (afterPrice ? [] : patterns) + words.map(String.init)
                afterPrice = false
                continue
            }
            guard let price = price(words), !patterns.isEmpty else { return nil }
            afterPrice = true
            prices += patterns.map {
                var own = price
                own.pattern = $0
                return own
            }
        }
        return prices
    }

    private static func price(_ words: [Substring]) -> ModelPrice? {
        guard words.count >= 6 else { return nil }
        var numbers: [Int64?] = []
        for word in words[1..<6] {
            let number = pico(perMillion: word)
            guard word == "-" || number != nil else { return nil }
            numbers.append(number)
        }
        let window = Int64(words[0])
        guard words[0] == "-" || window != nil else { return nil }
        var price = ModelPrice(
            pattern: "",
            input: numbers[0],
            output: numbers[1],
            cacheRead: numbers[2],
            cacheWrite: numbers[3],
            cacheWriteHour: numbers[4],
            contextWindow: window
        )
        for word in words[6...] {
            guard apply(word, to: &price) else { return nil }
        }
        return price
    }

    private static func apply(_ word: Substring, to price: inout ModelPrice) -> Bool {
        if word.hasPrefix("from="), let moment = midnight(word.dropFirst(5)) {
            price.validFrom = moment
            return true
        }
        if word.hasPrefix("above="), let tokens = Int64(word.dropFirst(6)) {
            price.aboveInput = tokens
            return true
        }
        return false
    }

    /// Dollars a million tokens as pico-dollars a token, exactly; `nil` for more than six decimals.
    static func pico(perMillion text: Substring) -> Int64? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count <= 2, let whole = digits(parts[0]) else { return nil }
        guard parts.count == 2 else { return scaled(whole, plus: 0) }
        let padded = parts[1] + String(repeating: "0", count: max(0, 6 - parts[1].count))
        guard padded.count == 6, let millionths = digits(padded) else { return nil }
        return scaled(whole, plus: millionths)
    }

    private static func scaled(_ whole: Int64, plus millionths: Int64) -> Int64? {
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000)
        return overflow ? nil : product + millionths
    }

    private static func digits(_ text: Substring) -> Int64? {
        guard !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64(text)
    }

    /// The start of a day in UTC, from `2026-07-30`.
    private static func midnight(_ text: Substring) -> Timestamp? {
        let parts = text.split(separator: "-").map { Int64($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2]
        else { return nil }
        let date = CivilDate(year: year, month: month, day: day)
        return date.exists ? Timestamp(micros: date.daysSince1970 * Micros.day) : nil
    }
}
