#pragma once

#include <bitset>

#include "CSimdjson.h"
#include "token_cursor.hpp"

// Walks a nested object or array and everything in it, without recursion.
class ContainerWalk {
public:
    explicit ContainerWalk(TokenCursor cursor) : cursor_(cursor) {}

    // Where the walk stands: after a valid walk, behind the container.
    const TokenCursor &cursor() const { return cursor_; }

    CSimdjsonStatus run() {
        open();
        while (true) {
            if (!(is_fresh_ && take_close())) {
                if (!take_element()) return status_;
                if (is_fresh_ || cursor_.take(',')) continue;
                if (!take_close()) return CSimdjsonStatusInvalidJSON;
            }
            is_fresh_ = false;
            while (--depth_ > 1 && take_close()) {}
            if (depth_ == 1) return CSimdjsonStatusValid;
            if (!cursor_.take(',')) return CSimdjsonStatusInvalidJSON;
        }
    }

private:
    bool take_close() { return cursor_.take(is_object_[depth_] ? '}' : ']'); }

    void open() {
        ++depth_;
        is_object_[depth_] = cursor_.peek() == '{';
        is_fresh_ = true;
        ++cursor_.next;
    }

    // Takes one element up to the end of its value, or into the container that it opens.
    bool take_element() {
        Span ignored;
        CSimdjsonType type;
        is_fresh_ = false;
        if (is_object_[depth_] && !(cursor_.take_string(ignored) && cursor_.take(':'))) {
            return false;
        }
        const uint8_t first = cursor_.peek();
        if (first == '"') return cursor_.take_string(ignored);
        if (first == 0) return false;
        if (first != '{' && first != '[') return cursor_.take_scalar(ignored, type);
        if (depth_ == CSIMDJSON_DEPTH) {
            status_ = CSimdjsonStatusTooDeep;
            return false;
        }
        open();
        return true;
    }

    TokenCursor cursor_;
    // The object of the line is level 1.
    uint32_t depth_ = 1;
    // Whether a container was just opened, so that it may close at once.
    bool is_fresh_ = false;
    CSimdjsonStatus status_ = CSimdjsonStatusInvalidJSON;
    std::bitset<CSIMDJSON_DEPTH + 1> is_object_;
};
