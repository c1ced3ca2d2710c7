/* SPDX-License-Identifier: MIT */
/*
 * A program that handles recognisable secrets as a host would, and then stands still so that its
 * memory can be searched. It reads "MODE\nDATABASE\nPASSWORD\nNEW PASSWORD\n", works through the C
 * ABI (mode c_api) or the adapter (mode http), prints each token that it was given on a line, wipes
 * its own copies, prints "ready" and waits; after another line it has closed the store and prints
 * "closed". Before, mode c_api prints "totp SECRET" of a second factor, reads a code of it, and
 * prints "code CODE" for each recovery code. What is logged, answered as an error or kept as an
 * event goes to DATABASE.spoken.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <till/http.h>
#include <till/till.h>
#include <unistd.h>

static char input[4096];
static char body[4096];
static char kept[4][512];
static int spoken = -1;

/* Copies of secrets in stdio's buffers would be this program's own: it writes by itself. */
static void say(int fd, const char* text, size_t len) {
    while (len > 0) {
        const ssize_t some = write(fd, text, len);
        if (some <= 0) _exit(3);
        text += some;
        len -= (size_t)some;
    }
}
static void say_line(int fd, till_str text) {
    say(fd, text.data == NULL ? "" : text.data, text.len);
    say(fd, "\n", 1);
}

static void require(till_status status, const till_error* error, const char* what) {
    if (status == TILL_OK) return;
    fprintf(stderr, "%s: %s\n", what,
            error == NULL ? till_status_name(status) : error->message.data);
    _exit(2);
}

static void speak(const till_error* error) {
    size_t i;
    if (error == NULL) return;
    say_line(spoken, error->code);
    say_line(spoken, error->message);
    for (i = 0; i < error->violation_count; ++i) {
        say_line(spoken, error->violations[i]->path);
        say_line(spoken, error->violations[i]->message);
    }
    till_free(error);
}

static void on_log(uintptr_t userdata, const till_log_record* record) {
    (void)userdata;
    say_line(spoken, record->message);
}

static till_str str(const char* text) {
    till_str result;
    result.data = text;
    result.len = strlen(text);
    return result;
}

static till_call as_system(void) {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_SYSTEM;
    return call;
}

/* Keeps a text for later, to be wiped. */
static const char* keep(int slot, till_str text) {
    if (text.len >= sizeof kept[slot]) _exit(4);
    memcpy(kept[slot], text.data, text.len);
    kept[slot][text.len] = '\0';
    return kept[slot];
}

static void tell_tokens(till_str access, till_str refresh) {
    say_line(1, access);
    say_line(1, refresh);
}

/* The reset mail's token; other messages are spoken of. */
static const char* reset_token(till_store* store) {
    const till_call system = as_system();
    till_outbox_claim_in in = TILL_OUTBOX_CLAIM_IN_INIT;
    const till_message_page* page = NULL;
    const till_error* error = NULL;
    const char* token = NULL;
    size_t i;
    require(till_outbox_claim(store, &system, &in, &page, &error), error, "claim");
    for (i = 0; i < page->count; ++i) {
        const till_message* message = page->items[i];
        say_line(spoken, message->kind);
        if (message->token.data == NULL) continue;
        say_line(1, message->token);
        if (strcmp(message->kind.data, "mail.password_reset") == 0) token = keep(3, message->token);
    }
    till_free(page);
    return token;
}

static void speak_events(till_store* store) {
    const till_call system = as_system();
    const till_event_page* page = NULL;
    const till_error* error = NULL;
    size_t i;
    require(till_event_list(store, &system, NULL, &page, &error), error, "events");
    for (i = 0; i < page->count; ++i) {
        say_line(spoken, page->items[i]->kind);
        say_line(spoken, page->items[i]->data);
    }
    till_free(page);
}

static const till_tokens* login(till_store* store, const char* password, till_status expected) {
    till_login_in in = TILL_LOGIN_IN_INIT;
    const till_tokens* tokens = NULL;
    const till_error* error = NULL;
    in.username = str("alice");
    in.password = str(password);
    if (till_login(store, NULL, &in, &tokens, &error) != expected) _exit(5);
    speak(error);
    if (tokens != NULL && tokens->session_id != 0) tell_tokens(tokens->access, tokens->refresh);
    return tokens;
}

static void use(till_store* store, till_str access, till_str refresh) {
    till_call call = TILL_CALL_INIT;
    const till_user* user = NULL;
    const till_tokens* child = NULL;
    const till_error* error = NULL;
    call.actor = TILL_ACTOR_TOKEN;
    call.token = access;
    require(till_user_get(store, &call, 0, &user, &error), error, "whoami");
    till_free(user);
    require(till_session_refresh(store, NULL, refresh.data, refresh.len, &child, &error), error,
            "refresh");
    tell_tokens(child->access, child->refresh);
    till_free(child);
    /* Nothing that is refused repeats what it was given. */
    till_session_refresh(store, NULL, access.data, access.len, &child, &error);
    speak(error);
    call.token = refresh;
    till_user_get(store, &call, 0, &user, &error);
    speak(error);
}

static void use_key(till_store* store) {
    const till_call system = as_system();
    till_key_create_in in = TILL_KEY_CREATE_IN_INIT;
    till_call call = TILL_CALL_INIT;
    const till_key* key = NULL;
    const till_event_page* page = NULL;
    const till_error* error = NULL;
    in.name = str("till 1");
    in.scopes = str("events:read");
    require(till_key_create(store, &system, &in, &key, &error), error, "key");
    say_line(1, key->secret);
    call.actor = TILL_ACTOR_KEY;
    call.token = key->secret;
    require(till_event_list(store, &call, NULL, &page, &error), error, "events by key");
    till_free(page);
    till_free(key);
}

static void plant_second_factor(till_store* store, int64_t user_id, const char* password) {
    till_call call = TILL_CALL_INIT;
    till_login_second_in second = TILL_LOGIN_SECOND_IN_INIT;
    const till_second_factor_setup* setup = NULL;
    const till_recovery_codes* codes = NULL;
    const till_tokens* tokens = NULL;
    const till_tokens* opened = NULL;
    const till_error* error = NULL;
    char code[16];
    size_t i;
    call.actor = TILL_ACTOR_USER;
    call.user_id = user_id;
    require(till_second_factor_begin(store, &call, NULL, &setup, &error), error, "begin");
    say(1, "totp ", 5);
    say_line(1, setup->secret);
    till_free(setup);
    if (read(0, code, sizeof code) < 7) _exit(16);
    require(till_second_factor_confirm(store, &call, code, 6, &codes, &error), error, "confirm");
    for (i = 0; i < codes->code_count; ++i) {
        say(1, "code ", 5);
        say_line(1, codes->codes[i]);
    }
    tokens = login(store, password, TILL_OK);
    say_line(1, tokens->challenge);
    second.challenge = tokens->challenge;
    second.code = str("no code");
    till_login_second(store, NULL, &second, &opened, &error);
    speak(error);
    error = NULL;
    second.code = codes->codes[0];
    require(till_login_second(store, NULL, &second, &opened, &error), error, "second");
    tell_tokens(opened->access, opened->refresh);
    till_free(opened);
    till_free(tokens);
    till_free(codes);
}

static void through_c_api(till_store* store, const char* password, const char* new_password) {
    till_register_in in = TILL_REGISTER_IN_INIT;
    till_password_reset_in reset = TILL_PASSWORD_RESET_IN_INIT;
    const till_tokens* tokens = NULL;
    const till_error* error = NULL;
    in.username = str("alice");
    in.email = str("alice@example.com");
    in.password = str(password);
    require(till_register(store, NULL, &in, &tokens, &error), error, "register");
    tell_tokens(tokens->access, tokens->refresh);
    reset.user_id = tokens->user->id;
    till_free(tokens);
    till_register(store, NULL, &in, &tokens, &error); /* taken by now */
    speak(error);
    tokens = login(store, password, TILL_OK);
    use(store, tokens->access, tokens->refresh);
    till_free(tokens);
    require(till_password_reset_request(store, NULL, in.email.data, in.email.len, &error), error,
            "request");
    reset.token = str(reset_token(store));
    reset.new_password = str("short");
    till_password_reset(store, NULL, &reset, &error);
    speak(error);
    reset.new_password = str(new_password);
    require(till_password_reset(store, NULL, &reset, &error), error, "reset");
    login(store, password, TILL_E_UNAUTHENTICATED);
    till_free(login(store, new_password, TILL_OK));
    reset_token(store);
    use_key(store);
    plant_second_factor(store, reset.user_id, new_password);
}

/* The text that begins after `mark`, told after `word` and kept; where it ends, or NULL. */
static const char* tell_text(const char* from, const char* mark, const char* word, int place) {
    const char* at = strstr(from, mark);
    till_str found;
    if (at == NULL) return NULL;
    found.data = at + strlen(mark);
    found.len = (size_t)(strchr(found.data, '"') - found.data);
    say(1, word, strlen(word));
    say_line(1, found);
    keep(place, found);
    return found.data + found.len;
}

/* What an answer shows once: tokens, a challenge, a second factor's secret and recovery codes. */
static void tell_answer(const char* answer) {
    const char* code = strstr(answer, "\"recovery_codes\":[");
    tell_text(answer, "\"access\":\"", "", 0);
    tell_text(answer, "\"refresh\":\"", "", 1);
    tell_text(answer, "\"challenge\":\"", "", 0);
    tell_text(answer, "\"secret\":\"", "totp ", 1);
    if (code == NULL) return;
    code = tell_text(code, "[\"", "code ", 1);
    while (code != NULL && code[1] == ',') code = tell_text(code, ",\"", "code ", 1);
}

/* A request with a JSON body; what its answer shows once is told and kept. */
static int ask(till_http_app* app, const char* target, const char* token, const char* format, ...) {
    till_http_header headers[2];
    till_http_request request = TILL_HTTP_REQUEST_INIT;
    const till_http_response* response = NULL;
    char bearer[1024];
    int status;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(body, sizeof body, format, arguments);
    va_end(arguments);
    headers[0].name = str("Content-Type");
    headers[0].value = str("application/json");
    headers[1].name = str("Authorization");
    snprintf(bearer, sizeof bearer, "Bearer %s", token == NULL ? "" : token);
    headers[1].value = str(bearer);
    request.method = str(format[0] == '\0' ? "GET" : "POST");
    request.target = str(target);
    request.headers = headers;
    request.header_count = token == NULL ? 1 : 2;
    request.body = str(body);
    if (till_http_handle(app, &request, &response) != TILL_OK) _exit(6);
    status = response->status;
    if (status >= 400) say_line(spoken, response->body);
    if (status < 300) tell_answer(response->body.data);
    till_free(response);
    explicit_bzero(body, sizeof body);
    explicit_bzero(bearer, sizeof bearer);
    return status;
}

/* Set up with the token that was kept, and asked for at the next login. */
static void plant_by_http(till_http_app* app, const char* password) {
    char code[16];
    if (ask(app, "/auth/second-factor/", kept[0], "{}") != 200) _exit(17);
    if (read(0, code, sizeof code) < 7) _exit(16);
    code[6] = '\0';
    if (ask(app, "/auth/second-factor/confirm/", kept[0], "{\"code\":\"%s\"}", code) != 200)
        _exit(18);
    if (ask(app, "/auth/login/", NULL, "{\"username\":\"alice\",\"password\":\"%s\"}", password) !=
        200)
        _exit(19);
    if (ask(app, "/auth/login/second/", NULL, "{\"challenge\":\"%s\",\"code\":\"no code\"}",
            kept[0]) < 400)
        _exit(20);
    if (ask(app, "/auth/login/second/", NULL, "{\"challenge\":\"%s\",\"code\":\"%s\"}", kept[0],
            kept[1]) != 200)
        _exit(21);
}

static void through_http(till_store* store, const char* password, const char* new_password) {
    const till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    till_http_app* app = NULL;
    const till_error* error = NULL;
    const char* token;
    require(till_http_app_create(store, &in, &app, &error), error, "app");
    if (ask(app, "/auth/registration/", NULL,
            "{\"username\":\"alice\",\"email\":\"alice@example.com\",\"password1\":\"%s\","
            "\"password2\":\"%s\"}",
            password, password) != 201)
        _exit(7);
    if (ask(app, "/auth/login/", NULL, "{\"username\":\"alice\",\"password\":\"%s\"}", password) !=
        200)
        _exit(8);
    if (ask(app, "/auth/user/", kept[0], "") != 200) _exit(9);
    if (ask(app, "/auth/token/refresh/", NULL, "{\"refresh\":\"%s\"}", kept[1]) != 200) _exit(10);
    if (ask(app, "/auth/token/refresh/", NULL, "{\"refresh\":\"%s\"}", kept[0]) < 400) _exit(11);
    ask(app, "/auth/login/", NULL, "{\"username\":\"%s\",\"password\":\"\"}", password);
    ask(app, "/auth/password/reset/", NULL, "{\"email\":\"alice@example.com\"}");
    token = reset_token(store);
    if (ask(app, "/auth/password/reset/confirm/", NULL,
            "{\"uid\":\"1\",\"token\":\"%s\",\"new_password1\":\"%s\",\"new_password2\":\"%s\"}",
            token, new_password, new_password) != 200)
        _exit(12);
    if (ask(app, "/auth/login/", NULL, "{\"username\":\"alice\",\"password\":\"%s\"}", password) <
        400)
        _exit(13);
    if (ask(app, "/auth/login/", NULL, "{\"username\":\"alice\",\"password\":\"%s\"}",
            new_password) != 200)
        _exit(14);
    plant_by_http(app, new_password);
    till_http_app_release(app);
}

static char* line(char** at) {
    char* begin = *at;
    char* end = strchr(begin, '\n');
    if (end == NULL) _exit(15);
    *end = '\0';
    *at = end + 1;
    return begin;
}

int main(void) {
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    till_store* store = NULL;
    const till_error* error = NULL;
    char path[512];
    char *at = input, *mode, *database, *password, *new_password;
    if (read(0, input, sizeof input - 1) <= 0) return 1;
    mode = line(&at);
    database = line(&at);
    password = line(&at);
    new_password = line(&at);
    snprintf(path, sizeof path, "%s.spoken", database);
    spoken = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    in.path = str(database);
    in.log_level = TILL_LOG_DEBUG;
    in.log = on_log;
    require(till_store_open(&in, &store, &error), error, "open");
    if (strcmp(mode, "http") == 0) {
        through_http(store, password, new_password);
    } else {
        through_c_api(store, password, new_password);
    }
    speak_events(store);
    /* A positive control keeps what it should have wiped. */
    if (strcmp(mode, "leaky") != 0) {
        explicit_bzero(input, sizeof input);
        explicit_bzero(kept, sizeof kept);
    }
    say(1, "ready\n", 6);
    if (read(0, input, 1) != 1) return 1;
    till_store_close(store);
    till_store_release(store);
    say(1, "closed\n", 7);
    return read(0, input, 1) == 1 ? 0 : 1;
}
