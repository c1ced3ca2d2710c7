/* SPDX-License-Identifier: MIT */
#include "raw.h"

#include <sqlite3.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct named {
    const char* name;
    const char* text;
};

static const struct named statements[] = {
#include "statements.inc"
    {NULL, NULL},
};

struct raw {
    sqlite3* db;
    sqlite3_stmt *begin_write, *begin_read, *commit;
    sqlite3_stmt *actor, *find_key, *insert_order, *insert_line, *insert_event, *insert_key, *sweep,
        *add_total;
    sqlite3_stmt *get_order, *get_lines, *list;
    int64_t placed;
    int64_t sink; /* keeps the compiler from dropping reads */
};

static void fail(const raw* r, const char* what) {
    fprintf(stderr, "raw: %s: %s\n", what, r->db != NULL ? sqlite3_errmsg(r->db) : "");
    exit(1);
}

static sqlite3_stmt* prepare_text(const raw* r, const char* text) {
    sqlite3_stmt* statement = NULL;
    if (sqlite3_prepare_v3(r->db, text, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL) !=
        SQLITE_OK)
        fail(r, text);
    return statement;
}

static sqlite3_stmt* prepare(const raw* r, const char* name) {
    for (const struct named* each = statements; each->name != NULL; ++each)
        if (strcmp(each->name, name) == 0) return prepare_text(r, each->text);
    fail(r, name);
    return NULL;
}

static void run(const raw* r, sqlite3_stmt* statement) {
    int code;
    do code = sqlite3_step(statement);
    while (code == SQLITE_ROW);
    if (code != SQLITE_DONE) fail(r, sqlite3_sql(statement));
    sqlite3_reset(statement);
}

static void text(sqlite3_stmt* statement, int index, const char* value) {
    sqlite3_bind_text(statement, index, value, -1, SQLITE_STATIC);
}

raw* raw_open(const char* path) {
    raw* r = calloc(1, sizeof *r);
    if (r == NULL || sqlite3_open_v2(path, &r->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                                     NULL) != SQLITE_OK)
        fail(r, "open");
    if (sqlite3_exec(r->db,
                     "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
                     "PRAGMA wal_autocheckpoint=10000;",
                     NULL, NULL, NULL) != SQLITE_OK)
        fail(r, "pragma");
    r->begin_write = prepare_text(r, "BEGIN IMMEDIATE");
    r->begin_read = prepare_text(r, "BEGIN");
    r->commit = prepare_text(r, "COMMIT");
    r->actor = prepare(r, "actor_by_user");
    r->find_key = prepare(r, "idempotency_select");
    r->insert_order = prepare(r, "order_insert");
    r->insert_line = prepare(r, "order_line_insert");
    r->insert_event = prepare(r, "event_insert");
    r->insert_key = prepare(r, "idempotency_insert");
    r->add_total = prepare(r, "totals_add");
    r->sweep = prepare(r, "idempotency_sweep");
    r->get_order = prepare(r, "order_by_id");
    r->get_lines = prepare(r, "order_lines");
    r->list = prepare(r, "orders_user_newest");
    return r;
}

void raw_close(raw* r) {
    sqlite3_stmt* all[] = {r->begin_write, r->begin_read,   r->commit,      r->actor,
                           r->find_key,    r->insert_order, r->insert_line, r->insert_event,
                           r->insert_key,  r->sweep,        r->add_total,   r->get_order,
                           r->get_lines,   r->list};
    for (size_t i = 0; i < sizeof all / sizeof *all; ++i) sqlite3_finalize(all[i]);
    sqlite3_close(r->db);
    free(r);
}

static void random_key(char out[32]) { sqlite3_randomness(32, out); }

static int64_t insert_order(raw* r, int64_t user) {
    sqlite3_stmt* s = r->insert_order;
    sqlite3_bind_int64(s, 1, user);
    sqlite3_bind_int64(s, 2, user);
    text(s, 3, "pending");
    text(s, 4, "USD");
    sqlite3_bind_int64(s, 5, 3998);
    sqlite3_bind_int64(s, 6, 1);
    sqlite3_bind_int64(s, 7, 0);
    for (int i = 8; i <= 13; ++i) sqlite3_bind_null(s, i);
    sqlite3_bind_int64(s, 14, 1700000000000000);
    sqlite3_bind_int64(s, 15, 1700000000000000);
    sqlite3_bind_int64(s, 16, 1);
    run(r, s);
    return sqlite3_last_insert_rowid(r->db);
}

static void insert_line(raw* r, int64_t order) {
    sqlite3_stmt* s = r->insert_line;
    sqlite3_bind_int64(s, 1, order);
    sqlite3_bind_int64(s, 2, 0);
    text(s, 3, "item");
    text(s, 4, "Widget");
    sqlite3_bind_null(s, 5);
    sqlite3_bind_int64(s, 6, 2);
    sqlite3_bind_int64(s, 7, 1999);
    sqlite3_bind_int64(s, 8, 3998);
    sqlite3_bind_int64(s, 9, 0);
    text(s, 10, "client");
    run(r, s);
}

static void add_total(raw* r) {
    sqlite3_stmt* s = r->add_total;
    sqlite3_bind_int64(s, 1, 1700000000000000 / 900000000);
    sqlite3_bind_int64(s, 2, 1);
    text(s, 3, "USD");
    text(s, 4, "");
    sqlite3_bind_int64(s, 5, 1);
    sqlite3_bind_int64(s, 6, 1);
    sqlite3_bind_int64(s, 7, 0);
    sqlite3_bind_int64(s, 8, 3998);
    run(r, s);
}

static void insert_event(raw* r, int64_t user, int64_t order) {
    sqlite3_stmt* s = r->insert_event;
    sqlite3_bind_int64(s, 1, 1700000000000000);
    text(s, 2, "user");
    sqlite3_bind_int64(s, 3, user);
    text(s, 4, "order.placed");
    sqlite3_bind_int64(s, 5, order);
    sqlite3_bind_int64(s, 6, order);
    sqlite3_bind_null(s, 7);
    sqlite3_bind_null(s, 8);
    run(r, s);
}

static int64_t place_one(raw* r, int64_t user) {
    char key[32];
    int64_t id;
    random_key(key);
    sqlite3_bind_int64(r->actor, 1, user);
    run(r, r->actor);
    sqlite3_bind_blob(r->find_key, 1, key, 16, SQLITE_STATIC);
    sqlite3_bind_int64(r->find_key, 2, 1600000000000000);
    run(r, r->find_key);
    id = insert_order(r, user);
    insert_line(r, id);
    add_total(r);
    insert_event(r, user, id);
    sqlite3_bind_blob(r->insert_key, 1, key, 16, SQLITE_STATIC);
    sqlite3_bind_blob(r->insert_key, 2, key, 32, SQLITE_STATIC);
    sqlite3_bind_int64(r->insert_key, 3, id);
    sqlite3_bind_int64(r->insert_key, 4, 1700000000000000);
    run(r, r->insert_key);
    sqlite3_bind_int64(r->sweep, 1, 1600000000000000);
    run(r, r->sweep);
    return id;
}

int64_t raw_place(raw* r, int count, int64_t users) {
    int64_t id = 0;
    run(r, r->begin_write);
    for (int i = 0; i < count; ++i) id = place_one(r, r->placed++ % users + 1);
    run(r, r->commit);
    return id;
}

/* Copies every column out, as any caller must before the statement moves on. */
static int64_t read_row(sqlite3_stmt* s, char* buffer, size_t size) {
    int64_t sum = 0;
    const int columns = sqlite3_column_count(s);
    for (int i = 0; i < columns; ++i) {
        if (sqlite3_column_type(s, i) == SQLITE_TEXT) {
            const unsigned char* value = sqlite3_column_text(s, i);
            const size_t length = (size_t)sqlite3_column_bytes(s, i);
            memcpy(buffer, value, length < size ? length : size);
            sum += buffer[0];
        } else {
            sum += sqlite3_column_int64(s, i);
        }
    }
    return sum;
}

static int64_t read_lines(raw* r, int64_t order) {
    char buffer[256];
    int64_t sum = 0;
    sqlite3_bind_int64(r->get_lines, 1, order);
    while (sqlite3_step(r->get_lines) == SQLITE_ROW)
        sum += read_row(r->get_lines, buffer, sizeof buffer);
    sqlite3_reset(r->get_lines);
    return sum;
}

int64_t raw_get(raw* r, int64_t order) {
    char buffer[256];
    int64_t sum = 0;
    run(r, r->begin_read);
    sqlite3_bind_int64(r->get_order, 1, order);
    if (sqlite3_step(r->get_order) != SQLITE_ROW) fail(r, "get order");
    sum += read_row(r->get_order, buffer, sizeof buffer);
    sqlite3_reset(r->get_order);
    sum += read_lines(r, order);
    run(r, r->commit);
    r->sink += sum;
    return sum;
}

int64_t raw_list(raw* r, int64_t user) {
    char buffer[256];
    int64_t sum = 0;
    int rows = 0;
    run(r, r->begin_read);
    sqlite3_bind_int64(r->list, 1, user);
    /* As the library binds them when nothing narrows the list: ids, times, prices. */
    sqlite3_bind_int64(r->list, 2, 0);
    sqlite3_bind_int64(r->list, 3, INT64_MAX);
    sqlite3_bind_int64(r->list, 4, INT64_MIN);
    sqlite3_bind_int64(r->list, 5, INT64_MAX);
    sqlite3_bind_null(r->list, 6);
    sqlite3_bind_int64(r->list, 7, 20);
    while (sqlite3_step(r->list) == SQLITE_ROW) {
        sum += read_row(r->list, buffer, sizeof buffer);
        sum += read_lines(r, sqlite3_column_int64(r->list, 0));
        ++rows;
    }
    if (rows != 20) fail(r, "list 20");
    sqlite3_reset(r->list);
    run(r, r->commit);
    r->sink += sum;
    return sum;
}
