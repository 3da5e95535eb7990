/// Prices and context windows of well-known models.
///
/// Made by scripts/make-prices.py: do not edit.
///
/// From the genai-prices data, copyright (c) Pydantic Services Inc., under the MIT licence, which
/// asks that this notice be kept: the data come "as is", without warranty of any kind. Version
/// 0.2.3, exported 2026-11.
///
/// A model is its patterns, then an indented line for each of its prices: the context window in
/// tokens; US dollars a million tokens for input, output, cache read, cache write (5 min), cache
/// write (1 h), `-` for none; the day `from` which it holds; the input tokens `above` which it
/// holds, for all tokens of the call.
package enum BuiltInPrices {
    /// The rows as text, compiled in; parsed by `PriceLines`.
    static let text = """
        # openai
        gpt-3.5-turbo gpt-35-turbo gpt-3.5-turbo-0125
          16385 0.5 1.5 - - -
        gpt-4 gpt-4-0314 gpt-4-0613 ft:gpt-4-0*
          8192 30 60 - - -
        gpt-4-turbo gpt-4-turbo-20* gpt-4-turbo-0125-preview gpt-4-0125-preview gpt-4-1106-preview
        gpt-4-turbo-preview
          128000 10 30 - - -
        gpt-4.1 gpt-4.1-20*
          1000000 2 8 0.5 - -
        gpt-4.1-mini gpt-4.1-mini-20*
          1000000 0.4 1.6 0.1 - -
        gpt-4.1-nano gpt-4.1-nano-20*
          1000000 0.1 0.4 0.025 - -
        gpt-4.5-preview*
          - 75 150 37.5 - -
        chatgpt-4o-latest
          128000 5 15 - - -
        gpt-4o gpt-4o-20*
          128000 2.5 10 1.25 - -
        gpt-4o-2024-05-13
          128000 5 15 - - -
        gpt-4o-mini gpt-4o-mini-20* gpt-4o-mini-search-preview gpt-4o-mini-search-preview-20*
          128000 0.15 0.6 0.075 - -
        gpt-5 gpt-5-20* gpt-5-chat gpt-5-chat-latest gpt-5-codex
          400000 1.25 10 0.125 - -
        gpt-5-mini gpt-5-mini-20*
          400000 0.25 2 0.025 - -
        gpt-5-nano gpt-5-nano-*
          400000 0.05 0.4 0.005 - -
        gpt-5-pro gpt-5-pro-20*
          400000 15 120 - - -
        gpt-5.1 gpt-5.1-20* gpt-5.1-codex gpt-5.1-codex-max gpt-5.1-chat gpt-5.1-chat-latest
          400000 1.25 10 0.125 - -
        gpt-5.1-codex-mini gpt-5.1-mini
          400000 0.25 2 0.025 - -
        gpt-5.2 gpt-5.2-20* gpt-5.2-chat gpt-5.2-chat-latest gpt-5.2-codex
          400000 1.75 14 0.175 - -
        gpt-5.2-pro gpt-5.2-pro-20*
          400000 21 168 - - -
        gpt-5.3 gpt-5.3-chat gpt-5.3-chat-latest
          128000 1.75 14 0.175 - -
        gpt-5.3-codex
          400000 1.75 14 0.175 - -
        gpt-5.4 gpt-5.4-20*
          1050000 2.5 15 0.25 - -
          1050000 5 22.5 0.5 - - above=272000
        gpt-5.4-mini gpt-5.4-mini-20*
          400000 0.75 4.5 0.075 - -
        gpt-5.4-nano gpt-5.4-nano-20*
          400000 0.2 1.25 0.02 - -
        gpt-5.4-pro gpt-5.4-pro-20*
          1050000 30 180 - - -
          1050000 60 270 - - - above=272000
        gpt-5.5 gpt-5.5-20* gpt-5.5-chat gpt-5.5-chat-latest gpt-5.5-codex
          1000000 5 30 0.5 - -
          1000000 10 45 1 - - above=272000
        gpt-5.5-pro gpt-5.5-pro-20*
          1000000 30 180 - - -
          1000000 60 270 - - - above=272000
        gpt-5.6-luna gpt-5.6-luna-20*
          1050000 1 6 0.1 1.25 -
          1050000 2 9 0.2 2.5 - above=272000
          1050000 0.2 1.2 0.02 0.25 - from=2026-07-30
          1050000 0.4 1.8 0.04 0.5 - from=2026-07-30 above=272000
        gpt-5.6-sol gpt-5.6 gpt-5.6-sol-20*
          1050000 5 30 0.5 6.25 -
          1050000 10 45 1 12.5 - above=272000
          1050000 4 20 0.4 5 - from=2026-08-21
          1050000 8 30 0.8 10 - from=2026-08-21 above=272000
        gpt-5.6-terra gpt-5.6-terra-20*
          1050000 2.5 15 0.25 3.125 -
          1050000 5 22.5 0.5 6.25 - above=272000
          1050000 2 12 0.2 2.5 - from=2026-07-30
          1050000 4 18 0.4 5 - from=2026-07-30 above=272000
        gpt-6-astra gpt-6-astra-20*
          1050000 10 50 1 12.5 -
          1050000 20 75 2 25 - above=272000
        gpt-6-luna gpt-6-luna-20*
          1050000 0.1 0.5 0.01 0.125 -
          1050000 0.2 0.75 0.02 0.25 - above=272000
        gpt-6-sol gpt-6-sol-20*
          1050000 2 10 0.2 2.5 -
          1050000 4 15 0.4 5 - above=272000
        gpt-6.1-sol gpt-6.1-sol-20*
          1050000 2 10 0.1 2.5 -
          1050000 4 15 0.2 5 - above=272000
        gpt-6.1-terra gpt-6.1-terra-20*
          1050000 1 5 0.05 1.25 -
          1050000 2 7.5 0.1 2.5 - above=272000
        o1 o1-20*
          200000 15 60 7.5 - -
        o1-mini o1-mini-20*
          128000 1.1 4.4 0.55 - -
        o1-preview o1-preview-20*
          128000 15 60 7.5 - -
        o1-pro o1-pro-20*
          200000 150 600 - - -
        o3 o3-20*
          200000 10 40 0.5 - -
          200000 2 8 0.5 - - from=2025-06-10
        o3-deep-research o3-deep-research-20*
          200000 10 40 2.5 - -
        o3-mini o3-mini-20* o3-mini-high
          200000 1.1 4.4 0.55 - -
        o3-pro o3-pro-20*
          200000 20 80 - - -
        o4-mini-20* o4-mini-high o4-mini
          200000 1.1 4.4 0.275 - -
        text-embedding-3-large
          8192 0.13 - - - -
        text-embedding-3-small
          8192 0.02 - - - -
        text-embedding-ada text-embedding-ada-002 text-embedding-ada-002-v2
          8192 0.1 - - - -
        # anthropic
        claude-2* claude-v2*
          200000 8 24 - - -
        claude-3-haiku*
          200000 0.25 1.25 0.03 0.3 0.5
        claude-3-sonnet*
          200000 3 15 0.3 3.75 6
        claude-3-opus*
          200000 15 75 1.5 18.75 30
        claude-3-5-haiku* claude-3.5-haiku*
          200000 0.8 4 0.08 1 1.6
        claude-3-5-sonnet* claude-3.5-sonnet*
          200000 3 15 0.3 3.75 6
        claude-3-7-sonnet* claude-3.7-sonnet* claude-sonnet-3.7* claude-sonnet-3-7*
          200000 3 15 0.3 3.75 6
        claude-opus-4-0* claude-4-opus* claude-opus-4 claude-opus-4-20*
          200000 15 75 1.5 18.75 30
        claude-sonnet-4-2025* claude-sonnet-4-0* claude-sonnet-4@* claude-sonnet-4
        claude-4-sonnet*
          200000 3 15 0.3 3.75 6
        claude-opus-4-1* claude-opus-4.1*
          200000 15 75 1.5 18.75 30
        claude-haiku-4-5* claude-haiku-4.5* claude-4-5-haiku* claude-4.5-haiku*
          200000 1 5 0.1 1.25 2
        claude-sonnet-4-5* claude-sonnet-4.5*
          200000 3 15 0.3 3.75 6
          200000 6 22.5 0.6 7.5 12 above=200000
        claude-opus-4-5* claude-opus-4.5* claude-4-5-opus* claude-4.5-opus*
          200000 5 25 0.5 6.25 10
        claude-sonnet-4-6* claude-sonnet-4.6*
          1000000 3 15 0.3 3.75 6
          1000000 6 22.5 0.6 7.5 12 above=200000
          1000000 3 15 0.3 3.75 6 from=2026-03-13
        claude-opus-4-6* claude-opus-4.6* claude-4-6-opus* claude-4.6-opus*
          1000000 5 25 0.5 6.25 10
          1000000 10 37.5 1 12.5 20 above=200000
          1000000 5 25 0.5 6.25 10 from=2026-03-13
        claude-opus-4-7* claude-opus-4.7* claude-4-7-opus* claude-4.7-opus*
          1000000 5 25 0.5 6.25 10
        claude-opus-4-8* claude-opus-4.8* claude-4-8-opus* claude-4.8-opus*
          1000000 5 25 0.5 6.25 10
        claude-sonnet-5 claude-sonnet-5-20* claude-sonnet-5@* claude-sonnet-5.0* claude-5-sonnet*
        claude-5.0-sonnet*
          1000000 2 10 0.2 2.5 4
        claude-opus-5 claude-opus-5-latest claude-opus-5-20* claude-opus-5@20* claude-opus-5.0*
        claude-5-opus* claude-5.0-opus*
          1000000 5 25 0.5 6.25 10
        claude-haiku-5-5 claude-haiku-5-5-20* claude-haiku-5-5@* claude-haiku-5.5*
        claude-5-5-haiku* claude-5.5-haiku*
          1000000 0.1 0.5 0.01 0.125 0.2
          1000000 0.5 2.5 0.05 0.625 1 above=100000
        claude-sonnet-5-5 claude-sonnet-5-5-20* claude-sonnet-5-5@* claude-sonnet-5.5*
        claude-5-5-sonnet* claude-5.5-sonnet*
          1000000 2 10 0.1 2.5 4
        claude-opus-5-5 claude-opus-5-5-20* claude-opus-5.5* claude-5-5-opus* claude-5.5-opus*
          1000000 4 20 0.2 5 8
        claude-fable-5 claude-fable-5-20*
          1000000 10 50 1 12.5 20
        claude-fable-5-1 claude-fable-5-1-20*
          1000000 10 50 0.25 12.5 20
        claude-fable-5-2 claude-fable-5-2-20*
          1000000 8 40 0.2 10 16
        claude-mythos-5-2 claude-mythos-5-2-20*
          1000000 8 40 0.2 10 16
        # google
        gemini-1.5-flash*
          1000000 0.075 0.3 0.01875 - -
          1000000 0.15 0.6 0.0375 - - above=128000
        gemini-1.5-pro*
          1000000 1.25 5 - - -
          1000000 2.5 10 - - - above=128000
        gemini-2.0-flash gemini-2.0-flash-0* gemini-2.0-flash-exp* gemini-2.0-flash-thinking*
        gemini-2.0-flash-latest*
          1000000 0.1 0.4 0.025 - -
        gemini-2.0-flash-lite*
          1000000 0.075 0.3 - - -
        gemini-2.5-flash gemini-2.5-flash-latest gemini-2.5-flash-preview-09-2025
          1048576 0.3 2.5 0.03 - -
        gemini-2.5-flash-lite gemini-2.5-flash-lite-preview*
          1000000 0.1 0.4 0.01 - -
        gemini-2.5-flash-lite-preview-tts
          8192 0.5 10 - - -
        gemini-2.5-pro*
          1048576 1.25 10 0.125 - -
          1048576 2.5 15 0.25 - - above=200000
        gemini-2.5-pro-tts gemini-2.5-pro-preview-tts
          8192 1 20 - - -
        gemini-3-flash-preview gemini-3-flash-preview-*
          1000000 0.5 3 0.05 - -
          1000000 0.5 3 0.05 - - from=2026-01-05
        gemini-3-pro-preview* gemini-3-pro-text-preview
          1048576 2 12 0.2 - -
          1048576 4 18 0.4 - - above=200000
          1048576 2 12 0.2 - - from=2026-01-05
          1048576 4 18 0.4 - - from=2026-01-05 above=200000
        gemini-3.1-flash-lite gemini-3.1-flash-lite-preview*
          1000000 0.25 1.5 0.025 - -
        gemini-3.1-pro-preview* gemini-pro-latest
          1048576 2 12 0.2 - -
          1048576 4 18 0.4 - - above=200000
        gemini-3.5-flash gemini-3.5-flash-preview* gemini-3.5-flash-0*
          1000000 1.5 9 0.15 - -
        gemini-3.5-flash-lite* gemini-flash-lite-latest
          1000000 0.3 2.5 0.03 - -
        gemini-3.6-flash*
          1000000 0.75 3.75 0.075 - -
          1000000 1.5 7.5 0.15 - - from=2027-01-01
        gemini-3.7-flash*
          1000000 0.75 3.75 0.075 - -
          1000000 1.5 7.5 0.15 - - from=2027-01-01
        gemini-3.8-flash* gemini-flash-latest
          1000000 0.75 3.75 0.075 - -
          1000000 1.5 7.5 0.15 - - from=2027-01-01
        gemini-3.8-flash-tts
          - 0.5 9 - - -
          - 1 18 - - - from=2027-01-01
        gemini-3.8-flash-lite-tts
          - 0.5 6 - - -
          - 1 12 - - - from=2027-01-01
        gemini-4-argon gemini-4-argon-preview* gemini-4-argon-0*
          1048576 2 10 0.1 - -
          1048576 4 20 0.2 - - from=2026-12-01
        gemini-embedding-001
          - 0.15 - - - -
        # mistral
        codestral-latest codestral-2501
          256000 0.3 0.9 - - -
        codestral-2508
          256000 0.3 0.9 0.03 - -
        devstral-2512
          262144 0.4 2 0.04 - -
        magistral-medium*
          - 2 5 - - -
        magistral-small-*
          - 0.5 1.5 - - -
        ministral-8b ministral-8b-2410
          - 0.1 0.1 - - -
        mistral-embed mistral-embed-2312
          8192 0.1 0.1 - - -
        mistral-large mistral-large-latest mistral-large-2407 mistral-large-2411
          131072 2 6 - - -
        mistral-large-2512
          262144 0.5 1.5 0.05 - -
        mistral-large-4 mistral-large-4-0
          1048576 0.68 2.09 0.07 - -
          1048576 1.36 4.18 0.14 - - from=2026-10-20
          1048576 0.7 2.1 0.07 - - from=2026-10-29
        mistral-medium mistral-medium-2505 mistral-medium-2508
          - 0.4 2 0.04 - -
        mistral-medium-3.5 mistral-medium-3-5 mistral-medium-3 mistral-medium-2604
          262144 1.5 7.5 0.15 - -
        mistral-medium-latest
          - 0.4 2 0.04 - -
          - 1.5 7.5 0.15 - - from=2026-06-16
        mistral-nemo open-mistral-nemo
          - 0.15 0.15 - - -
        mistral-small-2506 mistral-small-3.2-24b-instruct
          - 0.1 0.3 - - -
        mistral-small-2603
          262144 0.15 0.6 0.015 - -
        mistral-small-latest
          - 0.1 0.3 - - -
          - 0.15 0.6 0.015 - - from=2026-03-16
        pixtral-large-latest pixtral-large-2411
          - 2 6 - - -
        # deepseek
        deepseek-chat*
          64000 0.27 1.1 0.07 - -
        deepseek-reasoner deepseek-r1*
          64000 0.55 2.19 0.14 - -
        deepseek-v3.1-terminus
          128000 0.27 0.95 0.13 - -
        deepseek-v3.2
          128000 0.2288 0.3432 - - -
        deepseek-v4-flash*
          1000000 0.14 0.28 0.0028 - -
          1000000 0.22 0.66 0.007 - - from=2026-08-17
          1000000 0.15 0.6 0.003 - - from=2026-09-10
        deepseek-v4-pro*
          1000000 0.435 0.87 0.003625 - -
          1000000 0.66 1.98 0.022 - - from=2026-08-17
        deepseek-flash
          1000000 0.15 0.6 0.003 - -
        # aws, regional
        global.anthropic.claude-fable-5-1*
          1000000 10 50 0.25 12.5 20
        global.anthropic.claude-fable-5-2*
          1000000 8 40 0.2 10 16
        global.anthropic.claude-fable-5*
          1000000 10 50 1 12.5 20
        global.anthropic.claude-haiku-4-5*
          200000 1 5 0.1 1.25 2
        global.anthropic.claude-haiku-5-5*
          1000000 0.1 0.5 0.01 0.125 0.2
          1000000 0.5 2.5 0.05 0.625 1 above=100000
        global.anthropic.claude-mythos-5-2*
          1000000 8 40 0.2 10 16
        global.anthropic.claude-opus-4-5*
          200000 5 25 0.5 6.25 10
        global.anthropic.claude-opus-4-6*
          1000000 5 25 0.5 6.25 10
        global.anthropic.claude-opus-4-7*
          1000000 5 25 0.5 6.25 10
        global.anthropic.claude-opus-4-8*
          1000000 5 25 0.5 6.25 10
        global.anthropic.claude-opus-5*
          1000000 5 25 0.5 6.25 10
        global.anthropic.claude-opus-5-5*
          1000000 4 20 0.2 5 8
        global.anthropic.claude-sonnet-4-5*
          200000 3 15 0.3 3.75 6
        global.anthropic.claude-sonnet-4-6*
          1000000 3 15 0.3 3.75 6
        global.anthropic.claude-sonnet-5-5*
          1000000 2 10 0.1 2.5 4
        global.anthropic.claude-sonnet-5*
          1000000 2 10 0.2 2.5 4
        anthropic.claude-fable-5-1* us.anthropic.claude-fable-5-1*
        us-gov.anthropic.claude-fable-5-1* eu.anthropic.claude-fable-5-1*
        jp.anthropic.claude-fable-5-1* au.anthropic.claude-fable-5-1*
        apac.anthropic.claude-fable-5-1* in.anthropic.claude-fable-5-1*
          1000000 11 55 0.275 13.75 22
        anthropic.claude-fable-5-2* us.anthropic.claude-fable-5-2*
        us-gov.anthropic.claude-fable-5-2* eu.anthropic.claude-fable-5-2*
        jp.anthropic.claude-fable-5-2* au.anthropic.claude-fable-5-2*
        apac.anthropic.claude-fable-5-2* in.anthropic.claude-fable-5-2*
          1000000 8.8 44 0.22 11 17.6
        anthropic.claude-fable-5* us.anthropic.claude-fable-5* us-gov.anthropic.claude-fable-5*
        eu.anthropic.claude-fable-5* jp.anthropic.claude-fable-5* au.anthropic.claude-fable-5*
        apac.anthropic.claude-fable-5* in.anthropic.claude-fable-5*
          1000000 11 55 1.1 13.75 22
        anthropic.claude-haiku-4-5* us.anthropic.claude-haiku-4-5*
        us-gov.anthropic.claude-haiku-4-5* eu.anthropic.claude-haiku-4-5*
        jp.anthropic.claude-haiku-4-5* au.anthropic.claude-haiku-4-5*
        apac.anthropic.claude-haiku-4-5* in.anthropic.claude-haiku-4-5*
          200000 1.1 5.5 0.11 1.375 2.2
        anthropic.claude-haiku-5-5* us.anthropic.claude-haiku-5-5*
        us-gov.anthropic.claude-haiku-5-5* eu.anthropic.claude-haiku-5-5*
        jp.anthropic.claude-haiku-5-5* au.anthropic.claude-haiku-5-5*
        apac.anthropic.claude-haiku-5-5* in.anthropic.claude-haiku-5-5*
          1000000 0.11 0.55 0.011 0.1375 0.22
          1000000 0.55 2.75 0.055 0.6875 1.1 above=100000
        anthropic.claude-mythos-5-2* us.anthropic.claude-mythos-5-2*
        us-gov.anthropic.claude-mythos-5-2* eu.anthropic.claude-mythos-5-2*
        jp.anthropic.claude-mythos-5-2* au.anthropic.claude-mythos-5-2*
        apac.anthropic.claude-mythos-5-2* in.anthropic.claude-mythos-5-2*
          1000000 8.8 44 0.22 11 17.6
        anthropic.claude-opus-4-5* us.anthropic.claude-opus-4-5* us-gov.anthropic.claude-opus-4-5*
        eu.anthropic.claude-opus-4-5* jp.anthropic.claude-opus-4-5* au.anthropic.claude-opus-4-5*
        apac.anthropic.claude-opus-4-5* in.anthropic.claude-opus-4-5*
          200000 5.5 27.5 0.55 6.875 11
        anthropic.claude-opus-4-6* us.anthropic.claude-opus-4-6* us-gov.anthropic.claude-opus-4-6*
        eu.anthropic.claude-opus-4-6* jp.anthropic.claude-opus-4-6* au.anthropic.claude-opus-4-6*
        apac.anthropic.claude-opus-4-6* in.anthropic.claude-opus-4-6*
          1000000 5.5 27.5 0.55 6.875 11
        anthropic.claude-opus-4-7* us.anthropic.claude-opus-4-7* us-gov.anthropic.claude-opus-4-7*
        eu.anthropic.claude-opus-4-7* jp.anthropic.claude-opus-4-7* au.anthropic.claude-opus-4-7*
        apac.anthropic.claude-opus-4-7* in.anthropic.claude-opus-4-7*
          1000000 5.5 27.5 0.55 6.875 11
        anthropic.claude-opus-4-8* us.anthropic.claude-opus-4-8* us-gov.anthropic.claude-opus-4-8*
        eu.anthropic.claude-opus-4-8* jp.anthropic.claude-opus-4-8* au.anthropic.claude-opus-4-8*
        apac.anthropic.claude-opus-4-8* in.anthropic.claude-opus-4-8*
          1000000 5.5 27.5 0.55 6.875 11
        anthropic.claude-opus-5* us.anthropic.claude-opus-5* us-gov.anthropic.claude-opus-5*
        eu.anthropic.claude-opus-5* jp.anthropic.claude-opus-5* au.anthropic.claude-opus-5*
        apac.anthropic.claude-opus-5* in.anthropic.claude-opus-5*
          1000000 5.5 27.5 0.55 6.875 11
        anthropic.claude-opus-5-5* us.anthropic.claude-opus-5-5* us-gov.anthropic.claude-opus-5-5*
        eu.anthropic.claude-opus-5-5* jp.anthropic.claude-opus-5-5* au.anthropic.claude-opus-5-5*
        apac.anthropic.claude-opus-5-5* in.anthropic.claude-opus-5-5*
          1000000 4.4 22 0.22 5.5 8.8
        anthropic.claude-sonnet-4-5* us.anthropic.claude-sonnet-4-5*
        us-gov.anthropic.claude-sonnet-4-5* eu.anthropic.claude-sonnet-4-5*
        jp.anthropic.claude-sonnet-4-5* au.anthropic.claude-sonnet-4-5*
        apac.anthropic.claude-sonnet-4-5* in.anthropic.claude-sonnet-4-5*
          200000 3.3 16.5 0.33 4.125 6.6
        anthropic.claude-sonnet-4-6* us.anthropic.claude-sonnet-4-6*
        us-gov.anthropic.claude-sonnet-4-6* eu.anthropic.claude-sonnet-4-6*
        jp.anthropic.claude-sonnet-4-6* au.anthropic.claude-sonnet-4-6*
        apac.anthropic.claude-sonnet-4-6* in.anthropic.claude-sonnet-4-6*
          1000000 3.3 16.5 0.33 4.125 6.6
        anthropic.claude-sonnet-5-5* us.anthropic.claude-sonnet-5-5*
        us-gov.anthropic.claude-sonnet-5-5* eu.anthropic.claude-sonnet-5-5*
        jp.anthropic.claude-sonnet-5-5* au.anthropic.claude-sonnet-5-5*
        apac.anthropic.claude-sonnet-5-5* in.anthropic.claude-sonnet-5-5*
          1000000 2.2 11 0.11 2.75 4.4
        anthropic.claude-sonnet-5* us.anthropic.claude-sonnet-5* us-gov.anthropic.claude-sonnet-5*
        eu.anthropic.claude-sonnet-5* jp.anthropic.claude-sonnet-5* au.anthropic.claude-sonnet-5*
        apac.anthropic.claude-sonnet-5* in.anthropic.claude-sonnet-5*
          1000000 2.2 11 0.22 2.75 4.4
        # examples
        claude-haiku-4-20250514
          200000 0.25 1.25 - - -
        """
}
