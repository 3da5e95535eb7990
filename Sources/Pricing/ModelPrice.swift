package import AgentEvents

/// What the calls of some models cost from some moment on, and how much these models can hold.
///
/// Prices are pico-dollars a token: a dollar a million tokens is 1,000,000 of them, so that every
/// published price is a whole number.
package struct ModelPrice: Sendable, Equatable {
    /// A model's name, or with a `*` at its end all names that begin so.
    package var pattern: String
    /// The provider whose calls it is for; `nil` is any.
    package var provider: String?
    package var validFrom: Timestamp
    /// It is for calls with more input tokens than this (some vendors charge long prompts more).
    package var aboveInput: Int64
    package var input: Int64?
    /// The price of output; `nil` means that output costs nothing, as with embeddings.
    package var output: Int64?
    /// The price of tokens read from a cache; `nil` means the price of input.
    package var cacheRead: Int64?
    /// The price of tokens written to a cache; `nil` means the price of input.
    package var cacheWrite: Int64?
    /// The price of tokens cached for an hour; `nil` means the price for five minutes.
    package var cacheWriteHour: Int64?
    /// Input and output tokens together.
    package var contextWindow: Int64?

    package init(
        pattern: String,
        provider: String? = nil,
        validFrom: Timestamp = .distantPast,
        aboveInput: Int64 = 0,
        input: Int64?,
        output: Int64?,
        cacheRead: Int64? = nil,
        cacheWrite: Int64? = nil,
        cacheWriteHour: Int64? = nil,
        contextWindow: Int64? = nil
    ) {
        self.pattern = pattern
        self.provider = provider
        self.validFrom = validFrom
        self.aboveInput = aboveInput
        self.input = input
        self.output = output
        self.cacheRead = cacheRead
        self.cacheWrite = cacheWrite
        self.cacheWriteHour = cacheWriteHour
        self.contextWindow = contextWindow
    }

    /// Whether every call costs nothing: input is known to be 0, and nothing else is above 0.
    package var isFree: Bool {
        guard input == 0 else { return false }
        return [output, cacheRead, cacheWrite, cacheWriteHour].allSatisfy { $0 == nil || $0 == 0 }
    }
}
