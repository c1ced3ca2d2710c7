// SPDX-License-Identifier: MIT
//
// What is erased leaves no trace in the store's files once upkeep has run (invariant 14): not in
// the file, where freed bytes are zeros, and not in the write-ahead log, which upkeep empties.
#include "c_api/accounts.hpp"
#include "c_api/files.hpp"
#include "c_api/shop.hpp"

#include <array>
#include <cctype>
#include <cstdio>
#include <memory>
#include <string>
#include <vector>

using namespace abi;

namespace {

// Read by another process: a close() of the file in this one would drop SQLite's locks.
std::string bytes_of(const std::string& path) {
    const std::string command = "cat '" + path + "' '" + path + "-wal' '" + path + "-shm'";
    const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(::popen(command.c_str(), "r"),
                                                               &::pclose);
    REQUIRE(pipe != nullptr);
    std::string bytes;
    std::array<char, 65'536> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe.get())) {
        bytes.append(buffer.data(), size);
    }
    for (char& byte : bytes) {
        byte = static_cast<char>(std::tolower(static_cast<unsigned char>(byte)));
    }
    return bytes;
}

// How many of the words are somewhere in the files, in any case.
std::size_t found(const std::string& path, const std::vector<std::string>& words) {
    const std::string bytes = bytes_of(path);
    std::size_t count = 0;
    for (const std::string& word : words) {
        if (bytes.find(word) != std::string::npos) ++count;
    }
    return count;
}

bool maintain(till_store* store) {
    const till_call system = as_system();
    till_maintain_in in = TILL_MAINTAIN_IN_INIT;
    in.budget_ms = 60'000;
    Owned<till_report> report;
    REQUIRE(till_store_maintain(store, &system, &in, Out(report), nullptr) == TILL_OK);
    return report->sound == 1;
}

struct People {
    Directory directory;
    std::string path = directory.file("shop.db");
    Handle store{path};
    std::vector<std::int64_t> ids;
    std::vector<std::string> words;  // of those who go
};

// Enough people for several pages of each index. Every other one is to go.
void fill(People& people) {
    for (int i = 0; i < 60; ++i) {
        const std::string number = std::to_string(100 + i);
        const std::string name = "gone" + number + "person";
        const std::string email = "mail" + number + "box@example.com";
        const std::int64_t id = create_user(people.store, name, email);
        const std::string surname = "Surname" + number + "x";
        const std::string address = "Street" + number + "y 7";
        till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
        in.user_id = id;
        in.mask = TILL_USER_LAST_NAME | TILL_USER_ADDRESS;
        in.last_name = str(surname);
        in.address = str(address);
        const till_call system = as_system();
        Owned<till_user> user;
        REQUIRE(till_user_update(people.store, &system, &in, Out(user), nullptr) == TILL_OK);
        till_call client = TILL_CALL_INIT;
        const std::string agent = "agent" + number + "z";
        client.client_agent = str(agent);
        till_login_in login = TILL_LOGIN_IN_INIT;
        login.username = str(name);
        login.password = str(good_password);
        Owned<till_tokens> tokens;
        REQUIRE(till_login(people.store, &client, &login, Out(tokens), nullptr) == TILL_OK);
        if (i % 2 == 0) continue;
        people.ids.push_back(id);
        people.words.insert(people.words.end(), {name, email, "surname" + number + "x",
                                                 "street" + number + "y", agent});
    }
}

void remove(People& people, std::int64_t id) {
    till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
    in.user_id = id;
    const till_call system = as_system();
    REQUIRE(till_user_delete(people.store, &system, &in, nullptr) == TILL_OK);
}

}  // namespace

TEST_CASE("[DA-4] after a deletion and upkeep no file of the store holds a word of the person") {
    People people;
    fill(people);
    // The control: all of it can be found.
    REQUIRE(found(people.path, people.words) == people.words.size());
    for (const std::int64_t id : people.ids) remove(people, id);
    REQUIRE(maintain(people.store));
    CHECK(found(people.path, people.words) == 0);
    CHECK(found(people.path, {"gone100person", "mail100box@example.com", "agent100z"}) == 3);
    CHECK(std::filesystem::file_size(people.path + "-wal") < 100'000);
}

TEST_CASE("[DA-4] after an erased profile and upkeep no file holds what stood in it") {
    People people;
    fill(people);
    const till_call system = as_system();
    till_user_update_in in = TILL_USER_UPDATE_IN_INIT;
    in.user_id = people.ids.front();
    in.mask = TILL_USER_LAST_NAME | TILL_USER_ADDRESS;
    in.last_name = str("");
    in.address = str("");
    Owned<till_user> user;
    REQUIRE(till_user_update(people.store, &system, &in, Out(user), nullptr) == TILL_OK);
    REQUIRE(found(people.path, {"surname101x", "street101y"}) == 2);
    REQUIRE(maintain(people.store));
    CHECK(found(people.path, {"surname101x", "street101y"}) == 0);
    CHECK(found(people.path, {"gone101person"}) == 1);
}
