#pragma once

#include "CSimdjson.h"
#include "container_walk.hpp"
#include "token_cursor.hpp"

// Walks the top-level object of a line by the grammar of JSON and notes its members.
//
// simdjson's own On-Demand walk validates only what is asked for and gives no spans of nested
// values, so using it would mean to visit every value twice.
class ObjectWalk {
public:
    // `fields` has room for a quarter of the structurals: a member has a key, a colon, a value, and
    // a comma or brace.
    ObjectWalk(TokenCursor cursor, CSimdjsonField *fields) : cursor_(cursor), last_(fields) {}

    // The end of the fields that were written.
    const CSimdjsonField *last() const { return last_; }

    CSimdjsonStatus run() {
        if (!cursor_.take('{')) return CSimdjsonStatusNotAnObject;
        if (!cursor_.take('}')) {
            do {
                const CSimdjsonStatus status = take_member();
                if (status != CSimdjsonStatusValid) return status;
            } while (cursor_.take(','));
            if (!cursor_.take('}')) return CSimdjsonStatusInvalidJSON;
        }
        return cursor_.next == cursor_.end ? CSimdjsonStatusValid : CSimdjsonStatusInvalidJSON;
    }

private:
    CSimdjsonStatus take_member() {
        Span key;
        Span value;
        CSimdjsonType type = CSimdjsonTypeString;
        if (!cursor_.take_string(key) || !cursor_.take(':')) return CSimdjsonStatusInvalidJSON;
        const uint8_t first = cursor_.peek();
        if (first == '"') {
            if (!cursor_.take_string(value)) return CSimdjsonStatusInvalidJSON;
        } else if (first == '{' || first == '[') {
            type = first == '{' ? CSimdjsonTypeObject : CSimdjsonTypeArray;
            value.begin = *cursor_.next;
            const CSimdjsonStatus status = take_container(cursor_);
            if (status != CSimdjsonStatusValid) return status;
            value.end = cursor_.next[-1] + 1;
            value.has_escapes = false;
        } else if (first == 0 || !cursor_.take_scalar(value, type)) {
            return CSimdjsonStatusInvalidJSON;
        }
        // A line that ends within its last member is invalid, and its comma is still missing here.
        if (cursor_.next == cursor_.end) return CSimdjsonStatusInvalidJSON;
        *last_++ = CSimdjsonField{
            key.begin, key.end - key.begin, value.begin, value.end - value.begin, type,
            key.has_escapes, value.has_escapes};
        return CSimdjsonStatusValid;
    }

    // Out of line, so that the cursor of the usual flat line stays in registers.
    __attribute__((noinline)) static CSimdjsonStatus walk_container(TokenCursor &cursor) {
        ContainerWalk walk(cursor);
        const CSimdjsonStatus status = walk.run();
        cursor = walk.cursor();
        return status;
    }

    static CSimdjsonStatus take_container(TokenCursor &cursor) {
        TokenCursor nested = cursor;
        const CSimdjsonStatus status = walk_container(nested);
        cursor = nested;
        return status;
    }

    TokenCursor cursor_;
    CSimdjsonField *last_;
};
