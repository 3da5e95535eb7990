#pragma once

#include <cstdint>
#include <cstring>

#include "token_grammar.hpp"

// A text within the line.
struct Span {
    uint32_t begin;
    uint32_t end;
    bool has_escapes;
};

// A place among the structural characters of a line, which simdjson's stage 1 has found.
//
// A structural is one of {}[]:, or the first byte of a string or scalar; between the end of a token
// and the next structural stands only white space. Small and passed by value, so that it lives in
// registers.
struct TokenCursor {
    const uint8_t *line;
    uint32_t length;
    // Whether the line holds a backslash at all; most hold none, and then no string is searched.
    bool escapes;
    const uint32_t *next;
    const uint32_t *end;

    // The byte at the next structural, 0 at the end of the line (which no token begins with).
    uint8_t peek() const { return next != end ? line[*next] : 0; }

    bool take(uint8_t byte) {
        if (peek() != byte) return false;
        ++next;
        return true;
    }

    // Takes one token and gives the position after its last byte.
    uint32_t take_token() {
        ++next;
        uint32_t after = next != end ? *next : length;
        while (is_white_space(line[after - 1])) --after;
        return after;
    }

    // Takes a string, which must begin here.
    bool take_string(Span &span) {
        if (peek() != '"') return false;
        span.begin = *next + 1;
        span.end = take_token() - 1;
        if (span.end < span.begin || line[span.end] != '"') return false;
        span.has_escapes = false;
        return !escapes || take_escapes(span);
    }

    // Takes a number or a word.
    bool take_scalar(Span &span, CSimdjsonType &type) {
        span.begin = *next;
        span.end = take_token();
        span.has_escapes = false;
        return scalar_type(line + span.begin, line + span.end, type);
    }

private:
    bool take_escapes(Span &span) const {
        const uint8_t *begin = line + span.begin;
        span.has_escapes = std::memchr(begin, '\\', span.end - span.begin) != nullptr;
        return !span.has_escapes || has_valid_escapes(begin, line + span.end);
    }
};
