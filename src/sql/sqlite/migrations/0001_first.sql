-- The first schema: users, sessions, orders, payments, events, outbox, idempotency.
-- Text states reference small tables, so that a new state is one INSERT. Money is minor units
-- beside its currency; time is microseconds since the Unix epoch.
-- A CHECK of more than two texts is a chain of OR: for an IN of three, SQLite builds a temporary index
-- at every insert.

CREATE TABLE store (
    id               INTEGER PRIMARY KEY CHECK (id = 1),
    store_id         TEXT    NOT NULL,             -- 32 hex digits, for life
    epoch            INTEGER NOT NULL,             -- raised by a restore
    testing          INTEGER NOT NULL CHECK (testing IN (0, 1)),
    settings_version INTEGER NOT NULL,             -- drawn anew by every change of settings, currencies or keys
    created_at       INTEGER NOT NULL
) STRICT;

CREATE TABLE signing_keys (
    kid          TEXT    NOT NULL PRIMARY KEY,
    secret       BLOB    NOT NULL CHECK (length(secret) = 32),
    created_at   INTEGER NOT NULL,
    retired_at   INTEGER,                          -- signs no more; verifies until tokens_until
    tokens_until INTEGER NOT NULL                  -- no token it signed under earlier lifetimes is good for longer
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
    name       TEXT    NOT NULL PRIMARY KEY,
    value      TEXT    NOT NULL,
    changed_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE currencies (
    code     TEXT    NOT NULL PRIMARY KEY CHECK (length(code) = 3),
    exponent INTEGER NOT NULL CHECK (exponent BETWEEN 0 AND 8)
) STRICT, WITHOUT ROWID;

CREATE TABLE users (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    username        TEXT,                          -- NULL in a tombstone only
    username_key    TEXT,                          -- NFKC, case-folded
    email           TEXT,
    email_key       TEXT,
    previous_email  TEXT,                          -- until its owner was mailed of the change
    new_email       TEXT,                          -- waits until a token mailed to it comes back
    new_email_key   TEXT,
    email_verified  INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    password        TEXT,                          -- encoded hash; NULL: no password login
    is_active       INTEGER NOT NULL CHECK (is_active IN (0, 1)),
    is_staff        INTEGER NOT NULL CHECK (is_staff IN (0, 1)),
    is_superuser    INTEGER NOT NULL CHECK (is_superuser IN (0, 1)),
    locale          TEXT,
    first_name      TEXT,
    last_name       TEXT,
    phone_no        TEXT,
    address         TEXT,
    image_name      TEXT,                          -- 32 hex digits, dot, extension: names user_images
    created_at      INTEGER NOT NULL,
    last_login_at   INTEGER,
    deleted_at      INTEGER,
    version         INTEGER NOT NULL,
    CHECK (deleted_at IS NOT NULL OR (username IS NOT NULL AND username_key IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX users_username ON users (username_key);
-- Several may hold an address that none has proved; proved, it is one account's.
CREATE UNIQUE INDEX users_email_verified ON users (email_key) WHERE email_verified = 1;
CREATE INDEX users_email ON users (email_key, id);
CREATE INDEX users_new_email ON users (new_email_key, id) WHERE new_email_key IS NOT NULL;
CREATE INDEX users_superusers ON users (id) WHERE is_superuser = 1 AND is_active = 1;
CREATE INDEX users_roles ON users (is_active, is_staff, id) WHERE deleted_at IS NULL;

CREATE TABLE user_images (
    user_id    INTEGER PRIMARY KEY REFERENCES users (id),
    name       TEXT    NOT NULL,
    media_type TEXT    NOT NULL,
    data       BLOB    NOT NULL CHECK (length(data) BETWEEN 1 AND 2097152),
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX user_images_name ON user_images (name);

-- One row a session, no token history. An ended session has no row.
CREATE TABLE sessions (
    id                INTEGER PRIMARY KEY AUTOINCREMENT,
    sid_hash          BLOB    NOT NULL CHECK (length(sid_hash) = 32),
    user_id           INTEGER NOT NULL REFERENCES users (id),
    current_hash      BLOB    NOT NULL CHECK (length(current_hash) = 32),
    previous_hash     BLOB,
    salt              BLOB,
    rotated_at        INTEGER,
    rotates           INTEGER NOT NULL CHECK (rotates IN (0, 1)),  -- the client has presented a child
    password_login_at INTEGER,
    created_at        INTEGER NOT NULL,
    last_used_at      INTEGER NOT NULL,
    idle_expires_at   INTEGER NOT NULL,
    expires_at        INTEGER NOT NULL,
    address           TEXT,
    agent             TEXT
) STRICT;
CREATE UNIQUE INDEX sessions_sid ON sessions (sid_hash);
CREATE INDEX sessions_user ON sessions (user_id, id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- The key that seals what must be read again, the secrets of second factors: as it is, or sealed itself under a key
-- that only openers have. One row, made when it is first needed.
CREATE TABLE sealing_key (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    is_sealed  INTEGER NOT NULL CHECK (is_sealed IN (0, 1)),
    key        BLOB    NOT NULL CHECK (length(key) = CASE is_sealed WHEN 0 THEN 32 ELSE 72 END),
    created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE second_factors (
    user_id      INTEGER PRIMARY KEY REFERENCES users (id),
    sealed       BLOB    NOT NULL CHECK (length(sealed) = 60),  -- nonce, the 20 bytes of the TOTP secret, tag
    last_step    INTEGER NOT NULL,                 -- of the last code that was used: none counts twice
    created_at   INTEGER NOT NULL,
    confirmed_at INTEGER                           -- NULL: not in force yet
) STRICT;

-- Each works once: a used one has no row.
CREATE TABLE recovery_codes (
    user_id   INTEGER NOT NULL REFERENCES users (id),
    code_hash BLOB    NOT NULL CHECK (length(code_hash) = 32),
    PRIMARY KEY (user_id, code_hash)
) STRICT, WITHOUT ROWID;

-- Logins whose password was right and whose second factor is awaited. A used one has no row.
CREATE TABLE login_challenges (
    token_hash BLOB    NOT NULL PRIMARY KEY CHECK (length(token_hash) = 32),
    user_id    INTEGER NOT NULL REFERENCES users (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX login_challenges_user ON login_challenges (user_id);
CREATE INDEX login_challenges_expiry ON login_challenges (expires_at);

-- For workers and tills: what each may do, never its secret. A revoked one stays, since events name it.
CREATE TABLE api_keys (
    id           INTEGER PRIMARY KEY AUTOINCREMENT,
    name         TEXT    NOT NULL,
    key_hash     BLOB    NOT NULL CHECK (length(key_hash) = 32),
    scopes       TEXT    NOT NULL,                 -- names with blanks between them
    created_by   INTEGER REFERENCES users (id),    -- NULL: the system
    created_at   INTEGER NOT NULL,
    expires_at   INTEGER,
    last_used_at INTEGER,                          -- to a minute
    revoked_at   INTEGER
) STRICT;
CREATE UNIQUE INDEX api_keys_hash ON api_keys (key_hash);

-- Password reset, e-mail verification and change of address. One row a user and purpose, so the newest voids older ones.
CREATE TABLE single_use_tokens (
    user_id    INTEGER NOT NULL REFERENCES users (id),
    purpose    TEXT    NOT NULL CHECK (
        purpose = 'password_reset' OR purpose = 'email_verification' OR purpose = 'email_change'),
    token_hash BLOB    NOT NULL CHECK (length(token_hash) = 32),
    email_key  TEXT    NOT NULL,                   -- the address it was mailed to
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, purpose)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX single_use_tokens_hash ON single_use_tokens (token_hash);
CREATE INDEX single_use_tokens_expiry ON single_use_tokens (expires_at);

-- How often something was tried. Named by a digest, so that no row says whom it is about.
CREATE TABLE throttles (
    subject       BLOB    NOT NULL PRIMARY KEY CHECK (length(subject) = 16),
    failures      INTEGER NOT NULL CHECK (failures >= 0),
    reserved      INTEGER NOT NULL CHECK (reserved >= 0),
    reserved_at   INTEGER NOT NULL,
    blocked_until INTEGER NOT NULL,                -- of a rate: when its allowance is whole again
    expires_at    INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX throttles_expiry ON throttles (expires_at);

-- From where a user has logged in before, as digests: a guesser elsewhere cannot delay him there.
CREATE TABLE familiar_sources (
    user_id       INTEGER NOT NULL REFERENCES users (id),
    source_hash   BLOB    NOT NULL CHECK (length(source_hash) = 16),
    last_login_at INTEGER NOT NULL,
    PRIMARY KEY (user_id, source_hash)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_states (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO order_states (name) VALUES ('pending'), ('shipped'), ('delivered'), ('cancelled');

CREATE TABLE payment_states (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO payment_states (name) VALUES ('pending'), ('completed'), ('failed'), ('surplus'), ('refunded');

CREATE TABLE refund_states (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO refund_states (name) VALUES ('pending'), ('succeeded'), ('failed');

CREATE TABLE line_kinds (name TEXT NOT NULL PRIMARY KEY) STRICT, WITHOUT ROWID;
INSERT INTO line_kinds (name) VALUES
    ('item'), ('discount'), ('shipping'), ('tax'), ('fee'), ('tip'), ('rounding');

CREATE TABLE orders (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    user_id        INTEGER REFERENCES users (id),  -- NULL: a walk-in
    placed_by      INTEGER REFERENCES users (id),  -- NULL: the system
    status         TEXT    NOT NULL REFERENCES order_states (name),
    currency       TEXT    NOT NULL REFERENCES currencies (code),
    total_minor    INTEGER NOT NULL CHECK (total_minor >= 0),
    line_count     INTEGER NOT NULL CHECK (line_count BETWEEN 1 AND 100),
    price_verified INTEGER NOT NULL CHECK (price_verified IN (0, 1)),
    reference      TEXT,
    series         TEXT,
    number         INTEGER,
    contact_name   TEXT,
    contact_email  TEXT,
    metadata       TEXT,
    created_at     INTEGER NOT NULL,
    updated_at     INTEGER NOT NULL,
    version        INTEGER NOT NULL,
    CHECK ((series IS NULL) = (number IS NULL))
) STRICT;
CREATE INDEX orders_user ON orders (user_id, id);
CREATE INDEX orders_user_status ON orders (user_id, status, id);
-- Its middle column takes no byte, and serves the list of unverified prices.
CREATE INDEX orders_status ON orders (status, price_verified, id);
CREATE UNIQUE INDEX orders_reference ON orders (reference, COALESCE(user_id, 0)) WHERE reference IS NOT NULL;
CREATE UNIQUE INDEX orders_number ON orders (series, number) WHERE series IS NOT NULL;
-- What somebody placed for another or for nobody; his own orders are found by their owner.
CREATE INDEX orders_placed_by ON orders (placed_by, id) WHERE placed_by <> COALESCE(user_id, 0);

CREATE TABLE order_lines (
    order_id         INTEGER NOT NULL REFERENCES orders (id),
    line_no          INTEGER NOT NULL CHECK (line_no BETWEEN 0 AND 99),
    kind             TEXT    NOT NULL REFERENCES line_kinds (name),
    name             TEXT    NOT NULL,             -- product name of an item, label of any other kind
    sku              TEXT,
    quantity         INTEGER NOT NULL CHECK (quantity BETWEEN 1 AND 2147483647),
    unit_price_minor INTEGER NOT NULL,
    amount_minor     INTEGER NOT NULL,             -- counts towards the total unless included
    included         INTEGER NOT NULL CHECK (included IN (0, 1)),
    price_source     TEXT    NOT NULL CHECK (
        price_source = 'host' OR price_source = 'staff' OR
        price_source = 'catalogue' OR price_source = 'client'),
    PRIMARY KEY (order_id, line_no),
    CHECK (kind <> 'item' OR unit_price_minor >= 0)
) STRICT, WITHOUT ROWID;

CREATE TABLE order_series (
    series      TEXT    NOT NULL PRIMARY KEY,
    last_number INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE payments (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id           INTEGER NOT NULL REFERENCES orders (id),
    user_id            INTEGER REFERENCES users (id),  -- the order's owner, for his list
    status             TEXT    NOT NULL REFERENCES payment_states (name),
    currency           TEXT    NOT NULL REFERENCES currencies (code),
    amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
    refunding_minor    INTEGER NOT NULL,           -- sum of pending and succeeded refunds
    refunded_minor     INTEGER NOT NULL,           -- sum of succeeded refunds
    method             TEXT    NOT NULL CHECK (
        method = 'cash' OR method = 'card' OR
        method = 'transfer' OR method = 'other'),
    provider           TEXT,
    provider_reference TEXT,
    started_by         INTEGER REFERENCES users (id),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    completed_at       INTEGER,
    version            INTEGER NOT NULL,
    CHECK (refunding_minor BETWEEN 0 AND amount_minor),
    CHECK (refunded_minor BETWEEN 0 AND refunding_minor)
) STRICT;
CREATE UNIQUE INDEX payments_live ON payments (order_id) WHERE status IN ('pending', 'completed');
CREATE UNIQUE INDEX payments_provider ON payments (provider_reference, provider)
    WHERE provider_reference IS NOT NULL;
CREATE INDEX payments_order ON payments (order_id, id);
CREATE INDEX payments_user ON payments (user_id, id);
CREATE INDEX payments_user_status ON payments (user_id, status, id);
CREATE INDEX payments_status ON payments (status, method, id);

CREATE TABLE refunds (
    id                 INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id         INTEGER NOT NULL REFERENCES payments (id),
    status             TEXT    NOT NULL REFERENCES refund_states (name),
    amount_minor       INTEGER NOT NULL CHECK (amount_minor > 0),
    reason             TEXT,
    provider_reference TEXT,
    created_by         INTEGER REFERENCES users (id),
    created_at         INTEGER NOT NULL,
    updated_at         INTEGER NOT NULL,
    version            INTEGER NOT NULL
) STRICT;
CREATE INDEX refunds_payment ON refunds (payment_id, id);

-- Append only: an order's history, the audit log and a feed. Never personal data.
CREATE TABLE events (
    sequence   INTEGER PRIMARY KEY AUTOINCREMENT,
    at         INTEGER NOT NULL,
    actor_kind TEXT    NOT NULL CHECK (
        actor_kind = 'anonymous' OR actor_kind = 'user' OR
        actor_kind = 'key' OR actor_kind = 'system'),
    actor_id   INTEGER,
    kind       TEXT    NOT NULL,                   -- 'order.placed'
    subject_id INTEGER NOT NULL,                   -- id of what the kind's first word names
    order_id   INTEGER,
    trace_id   TEXT,
    data       TEXT                                -- a JSON object
) STRICT;
CREATE INDEX events_order ON events (order_id, sequence) WHERE order_id IS NOT NULL;
CREATE INDEX events_subject ON events (subject_id, sequence) WHERE order_id IS NULL;
-- Placing an order pays for neither: its event is found through the order.
CREATE INDEX events_kind ON events (kind, sequence) WHERE kind <> 'order.placed';
CREATE INDEX events_actor ON events (actor_kind, actor_id, sequence)
    WHERE actor_id IS NOT NULL AND (kind <> 'order.placed' OR actor_kind <> 'user');

-- What reports add up, by quarter of an hour: kept with each change (core/totals_table.hpp).
CREATE TABLE totals (
    slot        INTEGER NOT NULL,                  -- quarters of an hour since the epoch
    measure     INTEGER NOT NULL,
    currency    TEXT    NOT NULL,
    label       TEXT    NOT NULL,                  -- series, kind of line, or method; '': none
    count       INTEGER NOT NULL,
    line_count  INTEGER NOT NULL,
    amount_high INTEGER NOT NULL,                  -- amounts in halves of 32 bits, so that no sum
    amount_low  INTEGER NOT NULL,                  -- of them overflows
    PRIMARY KEY (slot, measure, currency, label)
) STRICT, WITHOUT ROWID;

-- Rows ascend in time; the effect and its key commit together.
CREATE TABLE idempotency (
    id         INTEGER PRIMARY KEY,                -- stays inside, so it may be drawn again
    key_hash   BLOB    NOT NULL CHECK (length(key_hash) = 16),
    input_hash BLOB    NOT NULL CHECK (length(input_hash) = 32),
    result_id  INTEGER NOT NULL,
    created_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX idempotency_key ON idempotency (key_hash);

-- Work for the outside world. Names a template and ids, never a secret or an address.
CREATE TABLE outbox (
    id              INTEGER PRIMARY KEY AUTOINCREMENT,
    kind            TEXT    NOT NULL,              -- 'mail.password_reset'
    user_id         INTEGER REFERENCES users (id),
    order_id        INTEGER REFERENCES orders (id),
    created_at      INTEGER NOT NULL,
    expires_at      INTEGER NOT NULL,
    next_attempt_at INTEGER NOT NULL,              -- while leased: the end of the lease
    attempts        INTEGER NOT NULL,
    lease           BLOB                           -- names the claim that may acknowledge
) STRICT;
CREATE INDEX outbox_due ON outbox (next_attempt_at, id);
CREATE INDEX outbox_user ON outbox (COALESCE(user_id, 0), kind);
