#include <simdjson.h>

#include <cstring>
#include <memory>
#include <new>
#include <vector>

#include "CSimdjson.h"
#include "object_walk.hpp"

// What a parser keeps from line to line. Memory that an unusually long line needed is given back.
struct CSimdjsonParser {
    std::unique_ptr<simdjson::internal::dom_parser_implementation> stage;
    std::vector<CSimdjsonField> fields;
    // How many of them the last line has.
    size_t count = 0;

    // Makes room for a line.
    bool reserve(size_t length) {
        const bool oversized = stage && stage->capacity() > kLargest && length < kUsual;
        if (stage && stage->capacity() > length && !oversized) return true;
        const size_t capacity = length < kUsual ? kUsual : length + length / 2;
        if (oversized) std::vector<CSimdjsonField>().swap(fields);
        stage.reset();
        return simdjson::get_active_implementation()->create_dom_parser_implementation(
                   capacity, 1, stage)
            == simdjson::SUCCESS;
    }

    static constexpr size_t kUsual = 64 << 10;
    static constexpr size_t kLargest = 1 << 20;
};

namespace {

CSimdjsonStatus failed(const uint8_t *line, size_t length) {
    // Bad encoding is told apart from bad syntax wherever it stands, so that the reason of a line
    // does not depend on which of the two a parser meets first.
    const bool utf8 = simdjson::validate_utf8(reinterpret_cast<const char *>(line), length);
    return utf8 ? CSimdjsonStatusInvalidJSON : CSimdjsonStatusInvalidUTF8;
}

CSimdjsonStatus parse(CSimdjsonParser &parser, const uint8_t *line, size_t length) {
    if (!parser.reserve(length)) return CSimdjsonStatusOutOfMemory;
    auto &stage = *parser.stage;
    // Stage 1 finds the structural characters, and checks the encoding, that strings end, and that
    // no control character stands in one. The walk checks everything else.
    if (stage.stage1(line, length, simdjson::stage1_mode::regular) != simdjson::SUCCESS) {
        return failed(line, length);
    }
    const uint32_t *structurals = stage.structural_indexes.get();
    const size_t count = stage.n_structural_indexes;
    if (parser.fields.size() < count / 4 + 1) parser.fields.resize(count / 4 + 1);
    const bool escapes = std::memchr(line, '\\', length) != nullptr;
    ObjectWalk walk(
        TokenCursor{line, uint32_t(length), escapes, structurals, structurals + count},
        parser.fields.data());
    const CSimdjsonStatus status = walk.run();
    parser.count = size_t(walk.last() - parser.fields.data());
    return status == CSimdjsonStatusInvalidJSON ? failed(line, length) : status;
}

}  // namespace

CSimdjsonParser *csimdjson_parser_create(void) {
    return new (std::nothrow) CSimdjsonParser();
}

void csimdjson_parser_destroy(CSimdjsonParser *parser) {
    delete parser;
}

CSimdjsonStatus csimdjson_parse(
    CSimdjsonParser *parser, const uint8_t *line, size_t length, const CSimdjsonField **fields,
    size_t *count) {
    if (length == 0 || length >= simdjson::SIMDJSON_MAXSIZE_BYTES / 2) return CSimdjsonStatusInvalidJSON;
    try {
        const CSimdjsonStatus status = parse(*parser, line, length);
        *fields = parser->fields.data();
        *count = parser->count;
        return status;
    } catch (const std::bad_alloc &) {
        return CSimdjsonStatusOutOfMemory;
    }
}
