// An eponymous virtual table over rows that lie in memory.
//
// Binding and stepping a statement for each row costs SQLite about as much as storing it. One
// INSERT ... SELECT over this table stores a whole batch with a callback for each value instead.
// The table has a fixed number of generic columns, c0 to c39, and a hidden one, `rows`, that takes
// the batch as a pointer (sqlite3_bind_pointer), so no text from outside can name memory.
#include "CSQLiteBatch.h"
#include <stdlib.h>
#include <string.h>

#define COLUMNS 40
#define POINTER_TYPE "agentwatch-rows"

typedef struct {
    sqlite3_vtab_cursor base;
    const aw_rows *rows;
    int64_t row;
} cursor;

static int connect_table(sqlite3 *db, void *aux, int argc, const char *const *argv,
                         sqlite3_vtab **out, char **error) {
    (void)aux; (void)argc; (void)argv; (void)error;
    char sql[COLUMNS * 5 + 64] = "CREATE TABLE x(";
    char *end = sql + strlen(sql);
    for (int i = 0; i < COLUMNS; i++) {
        sqlite3_snprintf(8, end, "c%d,", i);
        end += strlen(end);
    }
    memcpy(end, "rows HIDDEN)", 13);
    int code = sqlite3_declare_vtab(db, sql);
    if (code != SQLITE_OK) return code;
    *out = sqlite3_malloc(sizeof(sqlite3_vtab));
    if (!*out) return SQLITE_NOMEM;
    memset(*out, 0, sizeof(sqlite3_vtab));
    return SQLITE_OK;
}

static int disconnect_table(sqlite3_vtab *table) {
    sqlite3_free(table);
    return SQLITE_OK;
}

static int best_index(sqlite3_vtab *table, sqlite3_index_info *info) {
    (void)table;
    for (int i = 0; i < info->nConstraint; i++) {
        if (info->aConstraint[i].iColumn == COLUMNS && info->aConstraint[i].usable
            && info->aConstraint[i].op == SQLITE_INDEX_CONSTRAINT_EQ) {
            info->aConstraintUsage[i].argvIndex = 1;
            info->aConstraintUsage[i].omit = 1;
            info->estimatedCost = 1;
            return SQLITE_OK;
        }
    }
    return SQLITE_CONSTRAINT;
}

static int open_cursor(sqlite3_vtab *table, sqlite3_vtab_cursor **out) {
    (void)table;
    cursor *c = sqlite3_malloc(sizeof(cursor));
    if (!c) return SQLITE_NOMEM;
    memset(c, 0, sizeof(cursor));
    *out = &c->base;
    return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *c) {
    sqlite3_free(c);
    return SQLITE_OK;
}

static int filter(sqlite3_vtab_cursor *base, int number, const char *name, int argc,
                  sqlite3_value **argv) {
    (void)number; (void)name;
    cursor *c = (cursor *)base;
    c->rows = argc == 1 ? sqlite3_value_pointer(argv[0], POINTER_TYPE) : NULL;
    c->row = 0;
    return SQLITE_OK;
}

static int next_row(sqlite3_vtab_cursor *base) {
    ((cursor *)base)->row++;
    return SQLITE_OK;
}

static int at_end(sqlite3_vtab_cursor *base) {
    cursor *c = (cursor *)base;
    return c->rows == NULL || c->row >= c->rows->count;
}

static int column_value(sqlite3_vtab_cursor *base, sqlite3_context *context, int index) {
    cursor *c = (cursor *)base;
    // A column that the batch does not have is NULL, which is what a context holds unless set.
    if (index >= c->rows->column_count) return SQLITE_OK;
    const aw_column *column = &c->rows->columns[index];
    int64_t place = column->places ? column->places[c->row] : c->row;
    const char *at = (const char *)column->base + place * column->stride;
    switch (column->type) {
    case AW_INT64: {
        int64_t number;
        memcpy(&number, at, sizeof number);
        if (number != INT64_MIN) sqlite3_result_int64(context, number);
        break;
    }
    case AW_UINT8: {
        uint8_t byte = *(const uint8_t *)at;
        if (byte != 0 || !column->null_if_zero) sqlite3_result_int64(context, byte);
        break;
    }
    case AW_UINT32: {
        uint32_t number;
        memcpy(&number, at, sizeof number);
        if (number != 0) sqlite3_result_int64(context, number);
        break;
    }
    case AW_TEXT:
    case AW_BLOB: {
        uint32_t i;
        memcpy(&i, at, sizeof i);
        if (i == 0) break;
        const char *start = column->bytes + column->ends[i - 1];
        int length = (int)(column->ends[i] - column->ends[i - 1]);
        if (column->type == AW_TEXT)
            sqlite3_result_text(context, start, length, SQLITE_STATIC);
        else
            sqlite3_result_blob(context, start, length, SQLITE_STATIC);
        break;
    }
    }
    return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *out) {
    *out = ((cursor *)base)->row;
    return SQLITE_OK;
}

static const sqlite3_module module = {
    .iVersion = 0,
    .xConnect = connect_table,
    .xBestIndex = best_index,
    .xDisconnect = disconnect_table,
    .xOpen = open_cursor,
    .xClose = close_cursor,
    .xFilter = filter,
    .xNext = next_row,
    .xEof = at_end,
    .xColumn = column_value,
    .xRowid = row_id,
};

int aw_register_batch_rows(sqlite3 *connection) {
    return sqlite3_create_module_v2(connection, "batch_rows", &module, NULL, NULL);
}

int aw_run_with_rows(sqlite3 *connection, const char *sql, const aw_rows *rows) {
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (code != SQLITE_OK) return code;
    code = sqlite3_bind_pointer(statement, 1, (void *)rows, POINTER_TYPE, NULL);
    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_DONE) code = SQLITE_OK;
    }
    int closing = sqlite3_finalize(statement);
    return code != SQLITE_OK ? code : closing;
}

int aw_disable_checkpoint_on_close(sqlite3 *connection) {
    return sqlite3_db_config(connection, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}
