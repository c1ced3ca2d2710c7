// SPDX-License-Identifier: MIT
//
// Statuses, codes and paths that the headers promise and no other test asks for.
#include "c_api/files.hpp"
#include "c_api/shop.hpp"

#include <cstdlib>
#include <fstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace abi;
using namespace std::string_literals;

namespace {

std::string name_of(till_status status) { return till_status_name(status); }

// "TILL_E_…" and what its error says of the fields.
std::string restore(std::string_view from, std::string_view to) {
    till_restore_in in = TILL_RESTORE_IN_INIT;
    in.from = str(from);
    in.to = str(to);
    Err err;
    const till_status status = till_store_restore(&in, err);
    return name_of(status) + " " + (err.empty() ? "" : err.violations());
}

std::string back_up(till_store* store, const till_call& call, std::string_view path) {
    till_backup_in in = TILL_BACKUP_IN_INIT;
    in.path = str(path);
    Owned<till_report> report;
    Err err;
    const till_status status = till_store_backup(store, &call, &in, Out(report), err);
    return name_of(status) + " " + (err.empty() ? "" : err.violations());
}

// A store at this path, closed again.
void make_store(const std::string& path) { const Handle made(path); }

}  // namespace

TEST_CASE("paths that cannot be meant are refused by their field") {
    const Directory directory;
    const TestStore store;
    const std::string path = directory.file("shop.db");
    make_store(path);
    const std::string copy = directory.file("copy.db");
    CHECK(back_up(store, as_system(), "") == "TILL_E_VALIDATION /path:required");
    CHECK(back_up(store, as_system(), ":memory:") == "TILL_E_VALIDATION /path:invalid");
    CHECK(back_up(store, as_system(), "bad\xff") == "TILL_E_VALIDATION /path:invalid");
    // Cut at its NUL it would name another file.
    CHECK(back_up(store, as_system(), copy + "\0.db"s) == "TILL_E_VALIDATION /path:invalid");
    CHECK(!std::filesystem::exists(copy));

    CHECK(restore("", "") == "TILL_E_VALIDATION /from:required /to:required");
    CHECK(restore(path + "\0.db"s, ":memory:") == "TILL_E_VALIDATION /from:invalid /to:invalid");
    CHECK(restore(path, path) == "TILL_E_VALIDATION /to:same_file");
    CHECK(restore(copy, path) == "TILL_E_NOT_FOUND ");
}

TEST_CASE("a version that is not the caller's has one code for every noun") {
    const TestStore store;
    const std::int64_t ann = create_user(store, "ann");
    const till_call system = as_system();
    Err err;
    till_user_update_in change = TILL_USER_UPDATE_IN_INIT;
    change.user_id = ann;
    change.if_version = 7;
    Owned<till_user> user;
    CHECK(till_user_update(store, &system, &change, Out(user), err) == TILL_E_PRECONDITION);
    CHECK(err.code() == "stale_version");
    till_user_delete_in deletion = TILL_USER_DELETE_IN_INIT;
    deletion.user_id = ann;
    deletion.if_version = 7;
    CHECK(till_user_delete(store, &system, &deletion, err) == TILL_E_PRECONDITION);
    CHECK(err.code() == "stale_version");
    std::string code;
    const std::int64_t order = place(store, as_user(ann));
    CHECK(act(store, system, till_order_cancel, order, code, 7) == TILL_E_PRECONDITION);
    CHECK(code == "stale_version");
}

TEST_CASE("a sale under the reference of a placed order names the field") {
    const TestStore store;
    const till_call system = as_system();
    Cart cart;
    cart.in.reference = str("web-1");
    place(store, system, cart);
    till_sale_in sale = TILL_SALE_IN_INIT;
    sale.order = &cart.in;
    Owned<till_receipt> receipt;
    Err err;
    CHECK(till_sale(store, &system, &sale, Out(receipt), err) == TILL_E_ALREADY_EXISTS);
    CHECK(err.code() == "reference_taken");
    CHECK(err.violations() == "/reference:already_exists");
}

TEST_CASE("[CF-4] what is for tests is refused by a store that is not") {
    const Directory directory;
    till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
    const std::string path = directory.file("shop.db");
    in.path = str(path);
    till_store* store = nullptr;
    REQUIRE(till_store_open(&in, &store, nullptr) == TILL_OK);
    till_time now = 0;
    Owned<till_testing_token> token;
    till_testing_fault_in fault = TILL_TESTING_FAULT_IN_INIT;
    CHECK(till_testing_clock_get(store, &now, nullptr) == TILL_E_PERMISSION);
    CHECK(till_testing_clock_set(store, start_time, nullptr) == TILL_E_PERMISSION);
    CHECK(till_testing_clock_advance(store, 1, nullptr) == TILL_E_PERMISSION);
    CHECK(till_testing_token_forge(store, "{}", TILL_STRLEN, nullptr, 0, Out(token), nullptr) ==
          TILL_E_PERMISSION);
    for (const till_fault kind : {TILL_FAULT_NONE, TILL_FAULT_WRITE}) {
        Err err;
        fault.fault = kind;
        CHECK(till_testing_fault_set(store, &fault, err) == TILL_E_PERMISSION);
        CHECK(err.code() == "not_a_testing_store");
    }
    till_store_release(store);
}

TEST_CASE("a file that cannot be opened, or put in a store's place, is told by its reason") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    const std::string copy = directory.file("copy.db");
    const auto open = [](const std::string& file, std::uint32_t api_version = 0) {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(file);
        in.flags = TILL_OPEN_TESTING;
        in.api_version = api_version;
        till_store* store = nullptr;
        const till_status status = till_store_open(&in, &store, nullptr);
        till_store_release(store);
        return status;
    };
    make_store(path);
    CHECK(open(path, TILL_API_VERSION + 1) == TILL_E_VERSION);
    CHECK(restore(directory.file("nowhere/x.db"), path) == "TILL_E_IO ");
    std::ofstream(directory.file("text")) << std::string(4096, 'x');
    CHECK(restore(directory.file("text"), path) == "TILL_E_NOT_A_STORE ");

    // Of a later schema: its number stands in the header, at 60.
    make_store(copy);
    std::fstream(copy, std::ios::in | std::ios::out | std::ios::binary)
        .seekp(60)
        .write("\0\0\x7f\xff", 4);
    CHECK(open(copy) == TILL_E_VERSION);
    CHECK(restore(copy, path) == "TILL_E_VERSION ");

    std::filesystem::remove(copy);
    make_store(copy);
    std::filesystem::create_hard_link(copy, directory.file("same.db"));
    CHECK(open(copy) == TILL_E_FILE_SYSTEM);
    CHECK(restore(copy, path) == "TILL_E_FILE_SYSTEM ");
    std::filesystem::remove(directory.file("same.db"));
    std::filesystem::resize_file(copy, std::filesystem::file_size(copy) - 100);
    CHECK(open(copy) == TILL_E_CORRUPT);
    CHECK(restore(copy, path) == "TILL_E_CORRUPT ");
}

TEST_CASE("a child opens and restores nothing that its parent has open") {
    const Directory directory;
    const std::string path = directory.file("shop.db");
    const std::string copy = directory.file("copy.db");
    const Handle parent(path);
    REQUIRE(back_up(parent, as_system(), copy) == "TILL_OK ");
    const pid_t child = ::fork();
    if (child == 0) {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        in.path = str(path);
        in.flags = TILL_OPEN_TESTING;
        till_store* store = nullptr;
        const bool forked = till_store_open(&in, &store, nullptr) == TILL_E_FORKED;
        ::_exit(forked && restore(copy, path) == "TILL_E_FORKED " ? 0 : 1);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(status == 0);
}

TEST_CASE("a testing store says what it cannot have") {
    till_testing_in in = TILL_TESTING_IN_INIT;
    till_store* store = nullptr;
    in.now_us = -1;
    CHECK(till_testing_store_open(&in, &store, nullptr) == TILL_E_VALIDATION);
    const char* const before = std::getenv("TMPDIR");
    const std::string kept = before != nullptr ? before : "";
    REQUIRE(::setenv("TMPDIR", "/nowhere", 1) == 0);
    CHECK(till_testing_store_open(nullptr, &store, nullptr) == TILL_E_IO);
    REQUIRE((before != nullptr ? ::setenv("TMPDIR", kept.c_str(), 1) : ::unsetenv("TMPDIR")) == 0);
    CHECK(till_store_close(nullptr) == TILL_E_MISUSE);
}
