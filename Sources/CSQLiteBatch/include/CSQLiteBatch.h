// Rows in memory as a table that SQLite can read, and the variadic calls that Swift cannot make.
#ifndef CSQLITEBATCH_H
#define CSQLITEBATCH_H

#include <stddef.h>
#include <stdint.h>
#include <sqlite3.h>

// How a column lies in memory. `stride` bytes part one row's value from the next.
enum aw_column_type {
    AW_INT64 = 1,   // int64_t; INT64_MIN is NULL
    AW_UINT8 = 2,   // uint8_t
    AW_UINT32 = 3,  // uint32_t; 0 is NULL
    AW_TEXT = 4,    // uint32_t i from 1: bytes[ends[i-1]..<ends[i]]; 0 is NULL
    AW_BLOB = 5     // as AW_TEXT
};

typedef struct {
    enum aw_column_type type;
    int null_if_zero;       // AW_UINT8: whether 0 is NULL
    const void *base;       // the first value
    ptrdiff_t stride;
    const int32_t *places;  // which value each row has; NULL: as they come
    const int64_t *ends;    // AW_TEXT, AW_BLOB
    const char *bytes;      // AW_TEXT, AW_BLOB
} aw_column;

typedef struct {
    int64_t count;
    int32_t column_count;
    const aw_column *columns;
} aw_rows;

// Makes the table-valued function `batch_rows(pointer)` known to a connection.
int aw_register_batch_rows(sqlite3 *connection);

// Runs a statement whose parameter 1 is the rows: INSERT INTO t(...) SELECT c0, ... FROM batch_rows(?1).
int aw_run_with_rows(sqlite3 *connection, const char *sql, const aw_rows *rows);

// Takes `rows` rows of `columns` integers each, INT64_MIN for NULL. Not 0 ends the scan.
typedef int (*aw_sink)(void *context, const int64_t *values, int64_t rows);

// Makes the aggregate `collect_rows` known to a connection.
int aw_register_collect_rows(sqlite3 *connection);

// Is told once that a scan is long: from then on `sink` is called on another thread, and must not use
// the connection. Not 0 ends the scan.
typedef int (*aw_prepare)(void *context);

// Runs SELECT collect_rows(?1, column, ...) FROM ...: hands the rows to `sink` in chunks, which costs
// half of stepping through them. `arguments` are bound from parameter 2 on.
//
// With `prepare`, a long scan goes on reading on the calling thread while `sink` takes chunks on another,
// one at a time and in order; all are taken when this returns. NULL: everything on the calling thread.
int aw_collect(sqlite3 *connection, const char *sql, const int64_t *arguments, int argument_count,
               aw_sink sink, aw_prepare prepare, void *context);

// No checkpoint when the last connection closes: only the holder of the write lock checkpoints.
int aw_disable_checkpoint_on_close(sqlite3 *connection);

// The type of the file system that holds a path, as statfs(2) numbers them; -1 where it cannot tell.
int64_t aw_file_system_type(const char *path);

#endif
