import AgentEvents
import Foundation
import Pricing
import Testing

/// LiteLLM computes costs from a price list of its own: where both know a model they must agree.
struct LiteLLMCostTests {
    /// Outside the repository; the test is skipped where it is absent.
    private static let sample = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent()
        .appendingPathComponent(
            "../../../shared/samples/litellm/standard_logging_payloads_1.109.1.jsonl"
        )
        .standardizedFileURL

    private struct Payload: Decodable {
        var model: String
        var customLlmProvider: String
        var status: String
        var responseCost: Decimal
        var startTime: Double
        var metadata: Metadata

        struct Metadata: Decodable { var usageObject: Usage? }
        struct Usage: Decodable {
            /// Absent where the call failed.
            var promptTokens: Int64?
            var completionTokens: Int64?
            var promptTokensDetails: Details?
        }
        struct Details: Decodable {
            var cachedTokens: Int64?
            var cacheCreationTokenDetails: Creation?
        }
        struct Creation: Decodable {
            var ephemeral5MInputTokens: Int64?
            var ephemeral1HInputTokens: Int64?
        }

        func event(_ usage: Usage, input: Int64) -> AgentEvent {
            let details = usage.promptTokensDetails
            let creation = details?.cacheCreationTokenDetails
            let read = details?.cachedTokens ?? 0
            let write = creation?.ephemeral5MInputTokens ?? 0
            let hour = creation?.ephemeral1HInputTokens ?? 0
            return CallCostTests.call(
                input: input - read - write - hour,
                output: usage.completionTokens,
                read: read,
                write: write,
                hour: hour
            )
        }
    }

    @Test(
        "Costs equal LiteLLM's response_cost",
        .enabled(if: FileManager.default.fileExists(atPath: sample.path))
    )
    func responseCosts() throws {
        var compared = 0
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        for line in try String(contentsOf: Self.sample, encoding: .utf8).split(separator: "\n") {
            let payload = try decoder.decode(Payload.self, from: Data(line.utf8))
            guard payload.status == "success", let usage = payload.metadata.usageObject else {
                continue
            }
            let input = try #require(usage.promptTokens)
            let moment = Timestamp(micros: Int64(payload.startTime * 1e6))
            let price = try #require(
                PriceTable.builtIn.price(
                    model: payload.model,
                    provider: payload.customLlmProvider,
                    at: moment,
                    input: input
                ),
                "\(payload.model)"
            )
            let cost = try #require(
                PriceTable.builtIn.cost(of: payload.event(usage, input: input), at: price)
            )
            let logged = NSDecimalNumber(decimal: payload.responseCost).doubleValue
            #expect(abs(Double(cost) / 1e9 - logged) < 5e-10, "\(payload.model) \(usage)")
            compared += 1
        }
        #expect(compared == 9)
    }
}
