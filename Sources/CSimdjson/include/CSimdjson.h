#pragma once
// A C view of simdjson: one line in, the fields of its top-level object out, fully validated.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// How many readable bytes must follow a line in memory.
#define CSIMDJSON_PADDING 64

// The deepest nesting that is accepted; the object of the line is level 1.
#define CSIMDJSON_DEPTH 512

// What became of a line.
typedef enum __attribute__((enum_extensibility(closed))) CSimdjsonStatus : uint8_t {
    CSimdjsonStatusValid,
    CSimdjsonStatusInvalidJSON,
    // Somewhere in the line stand bytes that are not UTF-8, whatever else is wrong with it.
    CSimdjsonStatusInvalidUTF8,
    CSimdjsonStatusTooDeep,
    // It begins with another JSON value; that value was not looked at.
    CSimdjsonStatusNotAnObject,
    CSimdjsonStatusOutOfMemory,
} CSimdjsonStatus;

typedef enum __attribute__((enum_extensibility(closed))) CSimdjsonType : uint8_t {
    CSimdjsonTypeNull,
    CSimdjsonTypeTrue,
    CSimdjsonTypeFalse,
    CSimdjsonTypeNumber,
    CSimdjsonTypeString,
    CSimdjsonTypeObject,
    CSimdjsonTypeArray,
} CSimdjsonType;

// One member of the object. Offsets count from the start of the line; tokens are as they stand
// there, strings and keys without their quotes.
typedef struct CSimdjsonField {
    uint32_t key_offset;
    uint32_t key_length;
    uint32_t value_offset;
    uint32_t value_length;
    CSimdjsonType type;
    uint8_t key_has_escapes;
    // Of a string: whether a backslash stands in it. Not set for other types.
    uint8_t value_has_escapes;
} CSimdjsonField;

// Owns the memory that parsing needs and the fields of the last line. For one thread at a time.
typedef struct CSimdjsonParser CSimdjsonParser;

// NULL where memory is short.
CSimdjsonParser *csimdjson_parser_create(void);
void csimdjson_parser_destroy(CSimdjsonParser *parser);

// Reads one line. `fields` and `count` are set where the result is `Valid`, and hold until the next
// call. CSIMDJSON_PADDING bytes after the line must be readable; what they hold does not matter.
CSimdjsonStatus csimdjson_parse(
    CSimdjsonParser *parser, const uint8_t *line, size_t length, const CSimdjsonField **fields,
    size_t *count);

#ifdef __cplusplus
}
#endif
