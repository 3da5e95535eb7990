// An aggregate function that takes rows instead of adding them up.
//
// Stepping through a query costs a return from SQLite's virtual machine for each row and two calls
// for each value. As an aggregate's arguments the values come in an array, and the machine does not
// stop before the last row.
#include "CSQLiteBatch.h"
#include <stdlib.h>

#define POINTER_TYPE "agentwatch-sink"
#define CHUNK_VALUES (1 << 16)

typedef struct {
    aw_sink sink;
    void *context;
    int64_t *values;
    int64_t filled;
    int columns;
    int is_stopped;
} collector;

static void hand_over(collector *c) {
    if (c->filled == 0 || c->is_stopped) return;
    c->is_stopped = c->sink(c->context, c->values, c->filled / c->columns);
    c->filled = 0;
}

static void step(sqlite3_context *context, int argc, sqlite3_value **argv) {
    collector *c = sqlite3_value_pointer(argv[0], POINTER_TYPE);
    if (c == NULL) {
        sqlite3_result_error(context, "collect_rows takes a sink", -1);
        return;
    }
    if (c->is_stopped) {
        sqlite3_result_error(context, "stopped", -1);
        return;
    }
    c->columns = argc - 1;
    int64_t *row = c->values + c->filled;
    for (int i = 1; i < argc; i++) {
        int64_t number = sqlite3_value_int64(argv[i]);
        // NULL reads as 0, so only then the type has to be asked for.
        row[i - 1] = number == 0 && sqlite3_value_type(argv[i]) == SQLITE_NULL ? INT64_MIN : number;
    }
    c->filled += argc - 1;
    if (c->filled + argc > CHUNK_VALUES) hand_over(c);
}

static void finish(sqlite3_context *context) { sqlite3_result_null(context); }

int aw_register_collect_rows(sqlite3 *connection) {
    return sqlite3_create_function_v2(connection, "collect_rows", -1, SQLITE_UTF8, NULL, NULL, step,
                                      finish, NULL);
}

int aw_collect(sqlite3 *connection, const char *sql, const int64_t *arguments, int argument_count,
               aw_sink sink, void *context) {
    collector c = {.sink = sink, .context = context, .columns = 1};
    c.values = malloc(CHUNK_VALUES * sizeof(int64_t));
    if (c.values == NULL) return SQLITE_NOMEM;
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = sqlite3_bind_pointer(statement, 1, &c, POINTER_TYPE, NULL);
    for (int i = 0; code == SQLITE_OK && i < argument_count; i++) {
        code = sqlite3_bind_int64(statement, i + 2, arguments[i]);
    }
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) code = SQLITE_OK;
        if (code == SQLITE_OK) hand_over(&c);
        if (c.is_stopped) code = SQLITE_ABORT;
    }
    sqlite3_finalize(statement);
    free(c.values);
    return code;
}
