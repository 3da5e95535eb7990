/// How one kind of API key looks.
struct SecretPattern {
    /// What it begins with.
    let prefix: [UInt8]
    /// Which bytes may follow the prefix.
    let alphabet: Alphabet
    /// How many of them there are at least.
    let least: Int
    /// Whether one of them must be a digit, where the prefix alone is found in ordinary words.
    let needsDigit: Bool

    enum Alphabet {
        /// Letters and digits.
        case alphanumeric
        /// Letters, digits, `_` and `-`.
        case base64URL
        /// Letters, digits, `_`, `-` and `.`.
        case dotted
        /// Upper-case letters and digits.
        case upperCase
    }

    private init(
        _ prefix: String,
        _ alphabet: Alphabet,
        least: Int,
        needsDigit: Bool = false
    ) {
        self.prefix = Array(prefix.utf8)
        self.alphabet = alphabet
        self.least = least
        self.needsDigit = needsDigit
    }

    /// The known kinds.
    ///
    /// `Bearer` tokens and JSON web tokens have a form of their own.
    static let all: [SecretPattern] = [
        // OpenAI, Anthropic (sk-ant-), OpenRouter (sk-or-), LangFuse (sk-lf-), DeepSeek.
        SecretPattern("sk-", .base64URL, least: 16, needsDigit: true),
        SecretPattern("sk-ant-", .base64URL, least: 12),
        SecretPattern("sk-proj-", .base64URL, least: 12),
        // Stripe.
        SecretPattern("sk_live_", .alphanumeric, least: 16),
        SecretPattern("sk_test_", .alphanumeric, least: 16),
        SecretPattern("rk_live_", .alphanumeric, least: 16),
        SecretPattern("whsec_", .alphanumeric, least: 16),
        // Groq, Hugging Face, Replicate, xAI, Perplexity, Tavily, LangSmith, Pinecone.
        SecretPattern("gsk_", .alphanumeric, least: 16),
        SecretPattern("hf_", .alphanumeric, least: 16),
        SecretPattern("r8_", .alphanumeric, least: 24),
        SecretPattern("xai-", .alphanumeric, least: 20),
        SecretPattern("pplx-", .alphanumeric, least: 20),
        SecretPattern("tvly-", .base64URL, least: 16),
        SecretPattern("lsv2_", .base64URL, least: 20),
        SecretPattern("pcsk_", .base64URL, least: 20),
        // GitHub, GitLab, npm, PyPI.
        SecretPattern("ghp_", .alphanumeric, least: 16),
        SecretPattern("gho_", .alphanumeric, least: 16),
        SecretPattern("ghu_", .alphanumeric, least: 16),
        SecretPattern("ghs_", .alphanumeric, least: 16),
        SecretPattern("ghr_", .alphanumeric, least: 16),
        SecretPattern("github_pat_", .base64URL, least: 16),
        SecretPattern("glpat-", .base64URL, least: 16),
        SecretPattern("npm_", .alphanumeric, least: 20),
        SecretPattern("pypi-", .base64URL, least: 40),
        // Slack, SendGrid, DigitalOcean.
        SecretPattern("xoxa-", .base64URL, least: 10),
        SecretPattern("xoxb-", .base64URL, least: 10),
        SecretPattern("xoxp-", .base64URL, least: 10),
        SecretPattern("xoxr-", .base64URL, least: 10),
        SecretPattern("xoxs-", .base64URL, least: 10),
        SecretPattern("xapp-", .base64URL, least: 16),
        SecretPattern("SG.", .dotted, least: 32),
        SecretPattern("dop_v1_", .alphanumeric, least: 32),
        // Amazon, Google.
        SecretPattern("AKIA", .upperCase, least: 16),
        SecretPattern("ASIA", .upperCase, least: 16),
        SecretPattern("AIza", .base64URL, least: 24),
        SecretPattern("ya29.", .base64URL, least: 20),
    ]
}
