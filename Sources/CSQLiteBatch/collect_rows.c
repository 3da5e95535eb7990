// An aggregate function that takes rows instead of adding them up.
//
// Stepping through a query costs a return from SQLite's virtual machine for each row and two calls
// for each value. As an aggregate's arguments the values come in an array, and the machine does not
// stop before the last row.
#include "CSQLiteBatch.h"
#include <pthread.h>
#include <stdlib.h>

#define POINTER_TYPE "agentwatch-sink"
#define CHUNK_VALUES (1 << 16)
// One is filled while another is taken and the third waits.
#define BUFFERS 3
// A scan of more chunks is long: a thread costs less than they do.
#define FEW_CHUNKS 4

typedef struct {
    aw_sink sink;
    aw_prepare prepare;
    void *context;
    int64_t *values;  // the buffer that is filled
    int64_t filled;
    int columns;
    int chunks;
    int is_stopped;
    // The taking thread, if there is one; what follows is under the lock.
    int is_long;
    pthread_t taker;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    int64_t *buffers[BUFFERS];
    int64_t rows[BUFFERS];
    unsigned given;  // how many chunks went to the taker
    unsigned taken;  // and how many it is done with
    int is_refused;
    int is_over;
} collector;

// Takes chunks until the scan is over; after a refusal they are dropped.
static void *take_chunks(void *argument) {
    collector *c = argument;
    pthread_mutex_lock(&c->lock);
    while (1) {
        while (c->taken == c->given && !c->is_over) pthread_cond_wait(&c->changed, &c->lock);
        if (c->taken == c->given) break;
        unsigned slot = c->taken % BUFFERS;
        int is_refused = c->is_refused;
        pthread_mutex_unlock(&c->lock);
        if (!is_refused) is_refused = c->sink(c->context, c->buffers[slot], c->rows[slot]);
        pthread_mutex_lock(&c->lock);
        c->is_refused = is_refused;
        c->taken++;
        pthread_cond_signal(&c->changed);
    }
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

// Lets another thread take the chunks; where that is not to be had, all goes on as it was.
static void begin_taker(collector *c) {
    for (int i = 1; i < BUFFERS; i++) {
        c->buffers[i] = malloc(CHUNK_VALUES * sizeof(int64_t));
        if (c->buffers[i] == NULL) return;
    }
    if (c->prepare(c->context)) {
        c->is_stopped = 1;
        return;
    }
    pthread_mutex_init(&c->lock, NULL);
    pthread_cond_init(&c->changed, NULL);
    c->is_long = pthread_create(&c->taker, NULL, take_chunks, c) == 0;
}

static void give(collector *c) {
    pthread_mutex_lock(&c->lock);
    c->rows[c->given % BUFFERS] = c->filled / c->columns;
    c->given++;
    pthread_cond_signal(&c->changed);
    while (c->given - c->taken == BUFFERS) pthread_cond_wait(&c->changed, &c->lock);
    c->is_stopped = c->is_refused;
    c->values = c->buffers[c->given % BUFFERS];
    pthread_mutex_unlock(&c->lock);
}

static void hand_over(collector *c) {
    if (c->filled == 0 || c->is_stopped) return;
    if (c->is_long) {
        give(c);
    } else {
        c->is_stopped = c->sink(c->context, c->values, c->filled / c->columns);
        c->chunks++;
        if (c->chunks == FEW_CHUNKS && c->prepare != NULL && !c->is_stopped) begin_taker(c);
    }
    c->filled = 0;
}

// Waits until all chunks are taken.
static void end_taker(collector *c) {
    pthread_mutex_lock(&c->lock);
    c->is_over = 1;
    pthread_cond_signal(&c->changed);
    pthread_mutex_unlock(&c->lock);
    pthread_join(c->taker, NULL);
    pthread_cond_destroy(&c->changed);
    pthread_mutex_destroy(&c->lock);
    if (c->is_refused) c->is_stopped = 1;
}

static void step(sqlite3_context *context, int argc, sqlite3_value **argv) {
    // The pointer's type is compared as text: once, not for every row.
    collector **known = sqlite3_aggregate_context(context, sizeof(*known));
    if (known == NULL) return sqlite3_result_error_nomem(context);
    if (*known == NULL) *known = sqlite3_value_pointer(argv[0], POINTER_TYPE);
    collector *c = *known;
    if (c == NULL) return sqlite3_result_error(context, "collect_rows takes a sink", -1);
    if (c->is_stopped) return sqlite3_result_error(context, "stopped", -1);
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

static int run(sqlite3_stmt *statement, const int64_t *arguments, int argument_count, collector *c) {
    int code = sqlite3_bind_pointer(statement, 1, c, POINTER_TYPE, NULL);
    for (int i = 0; code == SQLITE_OK && i < argument_count; i++) {
        code = sqlite3_bind_int64(statement, i + 2, arguments[i]);
    }
    if (code != SQLITE_OK) return code;
    code = sqlite3_step(statement);
    if (code == SQLITE_ROW) code = SQLITE_OK;
    if (code == SQLITE_OK) hand_over(c);
    if (c->is_long) end_taker(c);
    return c->is_stopped ? SQLITE_ABORT : code;
}

int aw_collect(sqlite3 *connection, const char *sql, const int64_t *arguments, int argument_count,
               aw_sink sink, aw_prepare prepare, void *context) {
    collector c = {.sink = sink, .prepare = prepare, .context = context, .columns = 1};
    c.buffers[0] = malloc(CHUNK_VALUES * sizeof(int64_t));
    if (c.buffers[0] == NULL) return SQLITE_NOMEM;
    c.values = c.buffers[0];
    sqlite3_stmt *statement = NULL;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);
    if (code == SQLITE_OK) code = run(statement, arguments, argument_count, &c);
    sqlite3_finalize(statement);
    for (int i = 0; i < BUFFERS; i++) free(c.buffers[i]);
    return code;
}
