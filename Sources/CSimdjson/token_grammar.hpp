#pragma once

#include <cstdint>
#include <cstring>

#include "CSimdjson.h"

// The grammar of JSON's tokens, over half-open ranges of bytes.

inline bool is_white_space(uint8_t byte) {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
}

inline bool is_digit(uint8_t byte) {
    return uint8_t(byte - '0') < 10;
}

inline bool is_hex_digit(uint8_t byte) {
    return is_digit(byte) || uint8_t((byte | 0x20) - 'a') < 6;
}

// Moves past digits; whether there was one.
inline bool skip_digits(const uint8_t *&at, const uint8_t *end) {
    const uint8_t *begin = at;
    while (at != end && is_digit(*at)) ++at;
    return at != begin;
}

// Whether the whole range is a number. Its size does not matter: whoever uses it judges that.
inline bool is_number(const uint8_t *at, const uint8_t *end) {
    if (at != end && *at == '-') ++at;
    if (at != end && *at == '0') {
        ++at;
    } else if (!skip_digits(at, end)) {
        return false;
    }
    if (at != end && *at == '.') {
        ++at;
        if (!skip_digits(at, end)) return false;
    }
    if (at != end && (*at | 0x20) == 'e') {
        ++at;
        if (at != end && (*at == '+' || *at == '-')) ++at;
        if (!skip_digits(at, end)) return false;
    }
    return at == end;
}

// Whether the whole range is a number or one of the three words; `type` is set where it is.
inline bool scalar_type(const uint8_t *at, const uint8_t *end, CSimdjsonType &type) {
    const auto is_word = [at, end](const char *word, size_t length) {
        return size_t(end - at) == length && std::memcmp(at, word, length) == 0;
    };
    switch (*at) {
    case 't': type = CSimdjsonTypeTrue; return is_word("true", 4);
    case 'f': type = CSimdjsonTypeFalse; return is_word("false", 5);
    case 'n': type = CSimdjsonTypeNull; return is_word("null", 4);
    default: type = CSimdjsonTypeNumber; return is_number(at, end);
    }
}

// Whether every backslash of a string's inside begins an escape. Half a surrogate pair passes: what
// it becomes is decided where the text is read.
inline bool has_valid_escapes(const uint8_t *at, const uint8_t *end) {
    while ((at = static_cast<const uint8_t *>(std::memchr(at, '\\', size_t(end - at))))) {
        if (end - at < 2) return false;
        if (at[1] == 'u') {
            if (end - at < 6) return false;
            for (int digit = 2; digit < 6; ++digit) {
                if (!is_hex_digit(at[digit])) return false;
            }
            at += 6;
        } else {
            if (at[1] == 0 || !std::strchr("\"\\/bfnrt", at[1])) return false;
            at += 2;
        }
    }
    return true;
}
