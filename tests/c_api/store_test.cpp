// SPDX-License-Identifier: MIT
#include "c_api/abi.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

using namespace abi;

namespace {

// A directory of its own, removed with all in it.
class Directory {
public:
    Directory() {
        std::string name = std::filesystem::temp_directory_path() / "till-c-api-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path_); }
    std::string file(const char* name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

till_status open(const std::string& path, till_store** store, const till_error** err,
                 std::uint32_t flags = TILL_OPEN_TESTING) {
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    in.path = str(path);
    in.flags = flags;
    return till_store_open(&in, store, err);
}

std::string setting(till_store* store, std::string_view name, const till_call& call = as_system()) {
    Owned<till_setting_page> page;
    Err err;
    REQUIRE(till_setting_list(store, &call, Out(page), err) == TILL_OK);
    for (std::size_t i = 0; i < page->count; ++i) {
        if (view(page->items[i]->name) == name) return std::string(view(page->items[i]->value));
    }
    return "(no such setting)";
}

till_status set(till_store* store, const till_call& call, std::string_view name,
                std::string_view value, const till_error** err) {
    const till_param change{str(name), str(value)};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = &change;
    in.count = 1;
    Owned<till_setting_page> page;
    return till_setting_update(store, &call, &in, Out(page), err);
}

}  // namespace

TEST_CASE("[DA-1] a store opens, is private whatever the umask, and opens again") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    const mode_t before = ::umask(0);
    till_store* store = nullptr;
    Err err;
    CHECK(open(path, &store, err, 0) == TILL_OK);
    ::umask(before);
    for (const char* suffix : {"", "-wal", "-shm", "-lock"}) {
        struct stat found {};
        if (::stat((path + suffix).c_str(), &found) != 0) continue;
        CHECK((found.st_mode & 0777) == 0600);
    }
    till_store* again = nullptr;
    CHECK(open(path, &again, err, TILL_OPEN_MUST_EXIST) == TILL_OK);
    till_store_release(again);
    till_store_release(store);
}

TEST_CASE("what is not a store is refused with its own status and left as it was") {
    const Directory directory;
    till_store* store = nullptr;
    Err err;
    CHECK(open(directory.file("none.db"), &store, err, TILL_OPEN_MUST_EXIST) == TILL_E_NOT_FOUND);
    CHECK(store == nullptr);
    CHECK(open(directory.file("no/such/dir.db"), &store, err, 0) == TILL_E_IO);
    CHECK(open("", &store, err, 0) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/path:invalid");
    CHECK(open(":memory:", &store, err, 0) == TILL_E_VALIDATION);

    const std::string text = directory.file("text.db");
    std::ofstream(text) << "This is no database.";
    CHECK(open(text, &store, err, 0) == TILL_E_NOT_A_STORE);
    CHECK(std::filesystem::file_size(text) == 20);
}

TEST_CASE("[CF-4] a testing store never opens without the flag, nor a real one with it") {
    const Directory directory;
    till_store* store = nullptr;
    Err err;
    REQUIRE(open(directory.file("test.db"), &store, err) == TILL_OK);
    till_store_release(store);
    CHECK(open(directory.file("test.db"), &store, err, 0) == TILL_E_CONFLICT);
    REQUIRE(open(directory.file("real.db"), &store, err, 0) == TILL_OK);
    till_store_release(store);
    CHECK(open(directory.file("real.db"), &store, err) == TILL_E_CONFLICT);
}

TEST_CASE("settings are typed, every violation comes at once, and nothing is half-applied") {
    const TestStore store;
    const till_call system = as_system();
    const till_param changes[] = {{TILL_STR("currency"), TILL_STR("EUR")},
                                  {TILL_STR("prices"), TILL_STR("maybe")},
                                  {TILL_STR("access_token_lifetime"), TILL_STR("59")},
                                  {TILL_STR("ship_unpaid"), TILL_STR("yes")},
                                  {TILL_STR("nothing"), TILL_STR("1")}};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = changes;
    in.count = 5;
    Owned<till_setting_page> page;
    Err err;
    CHECK(till_setting_update(store, &system, &in, Out(page), err) == TILL_E_VALIDATION);
    CHECK(err.violations() ==
          "/prices:invalid_choice /access_token_lifetime:too_small /ship_unpaid:invalid "
          "/nothing:unknown_setting");
    CHECK(setting(store, "currency") == "USD");
    in.count = 1;
    CHECK(till_setting_update(store, &system, &in, Out(page), err) == TILL_OK);
    CHECK(setting(store, "currency") == "EUR");
    CHECK(set(store, system, "currency", "XQZ", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/currency:unknown_currency");
}

TEST_CASE("the second of two editors of settings is told, whichever they change") {
    const TestStore store;
    const till_call system = as_system();
    Owned<till_setting_page> first;
    Owned<till_setting_page> page;
    Err err;
    REQUIRE(till_setting_list(store, &system, Out(first), err) == TILL_OK);
    CHECK(first->version > 0);
    const till_param name{TILL_STR("shop_name"), TILL_STR("Corner")};
    const till_param currency{TILL_STR("currency"), TILL_STR("EUR")};
    till_setting_update_in in = TILL_SETTING_UPDATE_IN_INIT;
    in.values = &name;
    in.count = 1;
    in.if_version = first->version;
    CHECK(till_setting_update(store, &system, &in, Out(page), err) == TILL_OK);
    CHECK(page->version > first->version);
    const std::int64_t version = page->version;
    in.values = &currency;
    CHECK(till_setting_update(store, &system, &in, Out(page), err) == TILL_E_PRECONDITION);
    CHECK(setting(store, "currency") == "USD");
    in.if_version = version;
    CHECK(till_setting_update(store, &system, &in, Out(page), err) == TILL_OK);
    CHECK(setting(store, "currency") == "EUR");
    // Nothing but a change of settings moves it.
    till_currency_add_in added = TILL_CURRENCY_ADD_IN_INIT;
    added.code = TILL_STR("XTS");
    REQUIRE(till_currency_add(store, &system, &added, err) == TILL_OK);
    Owned<till_setting_page> last;
    REQUIRE(till_setting_list(store, &system, Out(last), err) == TILL_OK);
    CHECK(last->version == page->version);
}

TEST_CASE("[AZ-2] settings are changed by system alone among actors without an account") {
    const TestStore store;
    const till_call nobody = TILL_CALL_INIT;
    Err err;
    CHECK(set(store, nobody, "currency", "EUR", err) == TILL_E_UNAUTHENTICATED);
    CHECK(set(store, as_user(1), "currency", "EUR", err) == TILL_E_UNAUTHENTICATED);
    CHECK(err.code() == "no_active_account");
    CHECK(set(store, as_token("no.token.at-all"), "currency", "EUR", err) ==
          TILL_E_UNAUTHENTICATED);
    CHECK(err.code() == "token_not_valid");
}

TEST_CASE("a currency's exponent never changes") {
    const TestStore store;
    const till_call system = as_system();
    till_currency_add_in in = TILL_CURRENCY_ADD_IN_INIT;
    in.code = TILL_STR("PTS");
    in.exponent = 0;
    Err err;
    CHECK(till_currency_add(store, &system, &in, err) == TILL_OK);
    CHECK(till_currency_add(store, &system, &in, err) == TILL_OK);
    in.exponent = 2;
    CHECK(till_currency_add(store, &system, &in, err) == TILL_E_ALREADY_EXISTS);
    in.code = TILL_STR("jp");
    in.exponent = 9;
    CHECK(till_currency_add(store, &system, &in, err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/code:invalid /exponent:out_of_range");
}

TEST_CASE("a batch is all or nothing, and its own calls see it") {
    const TestStore store;
    till_batch* batch = nullptr;
    Err err;
    REQUIRE(till_batch_begin(store, nullptr, &batch, err) == TILL_OK);
    till_call system = as_system();
    system.batch = batch;
    CHECK(set(store, system, "shop_name", "Corner", err) == TILL_OK);
    CHECK(set(store, system, "shop_name", "", err) == TILL_E_VALIDATION);
    till_batch_rollback(batch);
    CHECK(setting(store, "shop_name") == "Shop");

    REQUIRE(till_batch_begin(store, nullptr, &batch, err) == TILL_OK);
    system.batch = batch;
    CHECK(set(store, system, "shop_name", "Corner", err) == TILL_OK);
    const till_call outside = as_system();
    CHECK(set(store, outside, "shop_name", "Other", err) == TILL_E_MISUSE);
    Owned<till_report> report;
    CHECK(till_store_check(store, &system, Out(report), err) == TILL_E_MISUSE);
    CHECK(till_batch_commit(batch, err) == TILL_OK);
    CHECK(setting(store, "shop_name") == "Corner");
}

TEST_CASE("the calls of a read batch see one moment, and write nothing") {
    const TestStore store;
    till_batch* batch = nullptr;
    Err err;
    REQUIRE(till_batch_begin_read(store, nullptr, &batch, err) == TILL_OK);
    till_call reading = as_system();
    reading.batch = batch;
    CHECK(setting(store, "shop_name", reading) == "Shop");
    const till_call beside = as_system();
    CHECK(set(store, beside, "shop_name", "Corner", err) == TILL_OK);
    CHECK(setting(store, "shop_name", reading) == "Shop");
    CHECK(setting(store, "shop_name") == "Corner");
    CHECK(set(store, reading, "shop_name", "Other", err) == TILL_E_MISUSE);
    CHECK(err.code() == "batch_reads");
    till_batch* second = nullptr;
    CHECK(till_batch_begin_read(store, &reading, &second, err) == TILL_E_MISUSE);
    CHECK(err.code() == "not_in_a_batch");
    CHECK(till_batch_commit(batch, err) == TILL_OK);
    CHECK(setting(store, "shop_name") == "Corner");
}

TEST_CASE("a closed store answers closed, and is released safely") {
    till_testing_in in = TILL_TESTING_IN_INIT;
    till_store* store = nullptr;
    REQUIRE(till_testing_store_open(&in, &store, nullptr) == TILL_OK);
    CHECK(till_store_retain(store) == store);
    CHECK(till_store_close(store) == TILL_OK);
    CHECK(till_store_close(store) == TILL_OK);
    const till_call system = as_system();
    Owned<till_setting_page> page;
    Err err;
    CHECK(till_setting_list(store, &system, Out(page), err) == TILL_E_CLOSED);
    till_store_release(store);
    till_store_release(store);
}

TEST_CASE("a store opened before fork answers forked in the child") {
    const TestStore store;
    const pid_t child = ::fork();
    if (child == 0) {
        const till_call system = as_system();
        const till_setting_page* page = nullptr;
        const till_status status = till_setting_list(store, &system, &page, nullptr);
        till_store_release(store);
        ::_exit(status == TILL_E_FORKED ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(setting(store, "currency") == "USD");
}

TEST_CASE("a call context that breaks the contract is refused and changes nothing") {
    const TestStore store;
    Err err;
    till_call call = as_system();
    call.struct_size = 8;
    CHECK(set(store, call, "currency", "EUR", err) == TILL_E_STRUCT_SIZE);
    call = as_system();
    call.flags = 1;
    CHECK(set(store, call, "currency", "EUR", err) == TILL_E_UNSUPPORTED_FIELD);
    call = as_system();
    call.actor = 9;
    CHECK(set(store, call, "currency", "EUR", err) == TILL_E_UNSUPPORTED_FIELD);
    call = as_system();
    call.trace_id = TILL_STR("line\nbreak");
    call.client_locale = TILL_STR("e n");
    CHECK(set(store, call, "currency", "EUR", err) == TILL_E_VALIDATION);
    CHECK(err.violations() == "/trace_id:invalid /client_locale:invalid");
    CHECK(setting(store, "currency") == "USD");

    struct Newer {
        till_call call;
        std::uint64_t unknown;
    } newer{as_system(), 0};
    newer.call.struct_size = sizeof newer;
    CHECK(set(store, newer.call, "currency", "EUR", err) == TILL_OK);
    newer.unknown = 1;
    CHECK(set(store, newer.call, "currency", "GBP", err) == TILL_E_UNSUPPORTED_FIELD);
}

// Invariant 10.
TEST_CASE("null where none may be is misuse, and outputs are cleared") {
    const TestStore store;
    Err err;
    CHECK(till_setting_list(nullptr, nullptr, nullptr, err) == TILL_E_MISUSE);
    CHECK(err.code() == "null_argument");
    const auto* page = reinterpret_cast<const till_setting_page*>(&store);
    CHECK(till_setting_list(nullptr, nullptr, &page, err) == TILL_E_MISUSE);
    CHECK(page == nullptr);
    CHECK(till_setting_update(store, nullptr, nullptr, &page, err) == TILL_E_MISUSE);
    till_free(nullptr);
    till_store_release(nullptr);
    till_batch_rollback(nullptr);
}

TEST_CASE("a log hook that calls its store is refused, not deadlocked") {
    struct Seen {
        till_store* store = nullptr;
        till_status status = TILL_OK;
        int records = 0;
    } seen;
    const Directory directory;
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    const std::string path = directory.file("shop.db");
    in.path = str(path);
    in.log_userdata = reinterpret_cast<std::uintptr_t>(&seen);
    in.log_level = TILL_LOG_DEBUG;
    in.log = [](std::uintptr_t userdata, const till_log_record* record) {
        auto& found = *reinterpret_cast<Seen*>(userdata);
        ++found.records;
        CHECK(record->message.data[record->message.len] == '\0');
        const till_call system = as_system();
        const till_setting_page* page = nullptr;
        if (found.store != nullptr) {
            found.status = till_setting_list(found.store, &system, &page, nullptr);
        }
    };
    till_store* store = nullptr;
    Err err;
    REQUIRE(till_store_open(&in, &store, err) == TILL_OK);
    CHECK(set(store, as_system(), "prices", "trusted", err) == TILL_OK);
    seen.store = store;
    till_store* second = nullptr;  // warns of trusted prices through its own hook
    REQUIRE(till_store_open(&in, &second, err) == TILL_OK);
    CHECK(seen.records > 0);
    CHECK(seen.status == TILL_E_MISUSE);
    till_store_release(second);
    till_store_release(store);
}

TEST_CASE("the clock of a testing store stands until it is moved") {
    const TestStore store;
    till_time now = 0;
    CHECK(till_testing_clock_get(store, &now, nullptr) == TILL_OK);
    CHECK(now == start_time);
    store.advance(5);
    CHECK(till_testing_clock_get(store, &now, nullptr) == TILL_OK);
    CHECK(now == start_time + 5);
}

TEST_CASE("a hot backup is a store of its own") {
    const TestStore store;
    const Directory directory;
    Err err;
    REQUIRE(set(store, as_system(), "shop_name", "Corner", err) == TILL_OK);
    till_backup_in in = TILL_BACKUP_IN_INIT;
    const std::string path = directory.file("copy.db");
    in.path = str(path);
    const till_call system = as_system();
    Owned<till_report> report;
    CHECK(till_store_backup(store, nullptr, &in, Out(report), err) == TILL_E_UNAUTHENTICATED);
    REQUIRE(till_store_backup(store, &system, &in, Out(report), err) == TILL_OK);
    CHECK(report->bytes == static_cast<std::int64_t>(std::filesystem::file_size(path)));
    CHECK(till_store_backup(store, &system, &in, Out(report), err) == TILL_E_ALREADY_EXISTS);
    till_store* copy = nullptr;
    REQUIRE(open(path, &copy, err) == TILL_OK);
    CHECK(setting(copy, "shop_name") == "Corner");
    till_store_release(copy);
}
