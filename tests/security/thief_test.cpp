// SPDX-License-Identifier: MIT
//
// Row DA-3. Goal: who has the file and the signing key that lies in it still opens nothing. Method:
// the thief copies the store, reads the key and every digest out of the copy, and makes tokens of
// both kinds from each run of bytes that he finds; the shop is asked through both doors. What can
// be stolen so tells row JW-8 what to look for in answers.
#include "c_api/files.hpp"
#include "security/door.hpp"

#include <openssl/hmac.h>
#include <sqlite3.h>

#include <array>
#include <set>
#include <vector>

using namespace security;
using abi::create_user;
using abi::good_password;

namespace {

struct Loot {
    std::string kid;
    std::string key;
    std::vector<std::string> keys;    // with those that only verify
    std::vector<std::string> blobs;   // every blob of every table
    std::vector<std::string> texts;   // every short text
    std::vector<std::int64_t> users;  // whose sessions there are
};

class Statement {
public:
    Statement(sqlite3* db, const std::string& sql) {
        REQUIRE(sqlite3_prepare_v2(db, sql.c_str(), -1, &raw_, nullptr) == SQLITE_OK);
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(raw_); }
    bool next() { return sqlite3_step(raw_) == SQLITE_ROW; }
    int columns() const { return sqlite3_column_count(raw_); }
    int type(int column) const { return sqlite3_column_type(raw_, column); }
    std::string bytes(int column) const {
        const void* data = sqlite3_column_blob(raw_, column);
        return {static_cast<const char*>(data == nullptr ? "" : data),
                static_cast<std::size_t>(sqlite3_column_bytes(raw_, column))};
    }
    std::int64_t integer(int column) const { return sqlite3_column_int64(raw_, column); }

private:
    sqlite3_stmt* raw_ = nullptr;
};

Loot steal(const std::string& copy) {
    sqlite3* db = nullptr;
    REQUIRE(sqlite3_open_v2(copy.c_str(), &db, SQLITE_OPEN_READONLY, nullptr) == SQLITE_OK);
    Loot loot;
    {
        Statement keys(db, "SELECT kid, secret FROM signing_keys");
        while (keys.next()) {
            loot.kid = keys.bytes(0);
            loot.key = keys.bytes(1);
            loot.keys.push_back(loot.key);
        }
        REQUIRE_FALSE(loot.keys.empty());
        Statement sessions(db, "SELECT user_id FROM sessions");
        while (sessions.next()) loot.users.push_back(sessions.integer(0));
        Statement tables(db, "SELECT name FROM sqlite_schema WHERE type = 'table'");
        while (tables.next()) {
            Statement rows(db, "SELECT * FROM \"" + tables.bytes(0) + "\"");
            while (rows.next()) {
                for (int column = 0; column < rows.columns(); ++column) {
                    if (rows.type(column) == SQLITE_BLOB) loot.blobs.push_back(rows.bytes(column));
                    if (rows.type(column) == SQLITE_TEXT && rows.bytes(column).size() >= 32) {
                        loot.texts.push_back(rows.bytes(column));
                    }
                }
            }
        }
    }
    sqlite3_close(db);
    return loot;
}

std::string mint(const Loot& loot, const std::string& issuer, std::int64_t user,
                 const std::string& sid_hex) {
    const std::string head =
        to_base64url(R"({"alg":"HS256","kid":")" + loot.kid + R"(","typ":"at+jwt"})");
    const std::string claims = R"({"token_type":"access","user_id":")" + std::to_string(user) +
                               R"(","sid":")" + sid_hex +
                               R"(","jti":"00000000000000000000000000000000","iss":")" + issuer +
                               R"(","iat":1700000000,"exp":4000000000})";
    const std::string body = head + "." + to_base64url(claims);
    return body + "." + to_base64url(hmac_sha256(loot.key, body));
}

// Every run of 16 bytes that a row has at a multiple of 8, and every text of hexadecimal digits.
std::set<std::string> possible_sids(const Loot& loot) {
    std::set<std::string> sids{std::string(32, '0')};
    for (const std::string& blob : loot.blobs) {
        if (blob.size() > 4096) continue;  // pictures
        for (std::size_t at = 0; at + 16 <= blob.size(); at += 8) {
            sids.insert(to_hex(blob.substr(at, 16)));
        }
        sids.insert(to_hex(hmac_sha256(loot.key, blob).substr(0, 16)));
    }
    for (const std::string& text : loot.texts) sids.insert(text.substr(0, 32));
    return sids;
}

}  // namespace

TEST_CASE_TEMPLATE("[DA-3] the file and the key in it together open nothing", Door, CApiDoor,
                   HttpDoor) {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    const abi::Handle store(path);
    Door door(store);
    const std::int64_t boss = create_user(store, "boss", "boss@example.com", false, true);
    const Login login = door.enter("boss", good_password);
    const Login child = door.refresh(door.refresh(login.refresh).refresh);
    REQUIRE(child.answer.ok);
    REQUIRE(door.request_reset("boss@example.com").ok);
    const auto mails = abi::claim(store, 10);
    REQUIRE(mails->count == 1);

    const till_call system = abi::as_system();
    till_backup_in backup = TILL_BACKUP_IN_INIT;
    const std::string copy = directory.file("copy.db");
    backup.path = str(copy);
    Owned<till_report> report;
    REQUIRE(till_store_backup(store, &system, &backup, Out(report), nullptr) == TILL_OK);
    const Loot loot = steal(copy);
    REQUIRE(loot.key.size() == 32);
    REQUIRE(loot.users == std::vector<std::int64_t>{boss});
    Owned<till_store_info> info;
    REQUIRE(till_store_info_get(store, &system, Out(info), nullptr) == TILL_OK);
    const std::string issuer = "till:" + std::string(view(info->store_id));

    // The true session id is in no file; with it the forgery would do, so it is well made.
    const std::string sid = from_base64url(login.refresh).substr(0, 16);
    CHECK(door.whoami(mint(loot, issuer, boss, to_hex(sid))).ok);
    const std::set<std::string> sids = possible_sids(loot);
    CHECK(sids.size() > 10);
    for (const std::string& each : sids) {
        CHECK_FALSE(door.whoami(mint(loot, issuer, boss, each)).ok);
    }
    // Refresh tokens and mailed ones from what is stored of them.
    for (const std::string& blob : loot.blobs) {
        if (blob.size() != 32) continue;
        CHECK_FALSE(door.reset(boss, to_base64url(blob), "An0ther-pass!word").ok);
        for (const std::string& other : loot.blobs) {
            if (other.size() != 32) continue;
            CHECK_FALSE(door.refresh(to_base64url(blob.substr(0, 16) + other)).answer.ok);
        }
    }
    CHECK(door.whoami(child.access).ok);
    CHECK(door.refresh(child.refresh).answer.ok);
}

TEST_CASE("[JW-8] a signing key has 256 bits and shows in no answer") {
    const abi::Directory directory;
    const abi::Handle store(directory.file("shop.db"));
    HttpDoor door(store);
    create_user(store, "boss", "boss@example.com", false, true);
    const till_call system = abi::as_system();
    Owned<till_signing_key> rotated;
    REQUIRE(till_signing_key_rotate(store, &system, Out(rotated), nullptr) == TILL_OK);
    const Login login = door.enter("boss", good_password);
    std::string said = login.access + login.refresh + login.answer.text;
    said += std::string(view(rotated->kid)) + std::string(view(rotated->previous_kid));
    for (const char* target : {"/auth/user/", "/auth/sessions/", "/settings/", "/users/",
                               "/events/", "/keys/", "/healthz", "/openapi.json"}) {
        CAPTURE(target);
        const Reply reply =
            door.send("GET", target, "", {{"Authorization", "Bearer " + login.access}});
        REQUIRE(reply.status == 200);
        said += reply.body;
    }
    till_backup_in backup = TILL_BACKUP_IN_INIT;
    const std::string copy = directory.file("copy.db");
    backup.path = str(copy);
    Owned<till_report> report;
    REQUIRE(till_store_backup(store, &system, &backup, Out(report), nullptr) == TILL_OK);
    const std::vector<std::string> keys = steal(copy).keys;
    REQUIRE(keys.size() == 2);
    for (const std::string& key : keys) {
        CHECK(key.size() == 32);
        for (const std::string& each : {key, to_hex(key), to_base64url(key)}) {
            CHECK(said.find(each) == std::string::npos);
        }
    }
}
