// SPDX-License-Identifier: MIT
#include "core/sealing.hpp"

#include "c_api/secrets.hpp"
#include "core/shop.hpp"
#include "crypto/sealing.hpp"

#include <doctest/doctest.h>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

const sql::Sql select_stored_key{"test_sealing_key", R"sql(
    SELECT key
    FROM sealing_key
    WHERE id = 1
)sql"};

// As an opener who brings a key, or none; what it logs is appended.
std::unique_ptr<Store> open_with(const std::string& path, const char* secret_key,
                                 std::string* log = nullptr) {
    std::unique_ptr<const crypto::LockedKey> key;
    if (secret_key != nullptr) {
        const auto bytes = std::as_bytes(std::span<const char>(secret_key, 32));
        key = std::make_unique<const crypto::LockedKey>(bytes.first<32>());
    }
    auto store = open_shop(
        path, std::make_shared<till::testing::FakeClock>(noon),
        [log](const LogLine& line) {
            if (log != nullptr) log->append(line.message);
        },
        std::move(key));
    REQUIRE(adopt_secret_key(*store, as_system()).has_value());
    return store;
}

std::string stored_key(Store& store) {
    return store
        .read(as_system(),
              [](Context& context) -> Result<std::string> {
                  auto rows = context.tx.query(select_stored_key);
                  TILL_ASSERT(rows.next());
                  const sql::Bytes key = rows.bytes(0);
                  return std::string(reinterpret_cast<const char*>(key.data()), key.size());
              })
        .value();
}

// The store's own key, made by an opener who brings none.
std::string make_plain_key(Store& store) {
    const SealingSeed seed(store.random());
    REQUIRE(store
                .write(as_system(),
                       [&](Context& context) -> Result<void> {
                           TILL_CHECK(sealing_key_or_new(context, seed));
                           return ok();
                       })
                .has_value());
    std::string plain = stored_key(store);
    REQUIRE(plain.size() == 32);
    return plain;
}

constexpr const char* outer_key = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("[AU-6] a key that is brought later leaves no byte of the store's own in its files") {
    const till::testing::TempDir directory;
    const std::string path = directory.file("shop.db");
    const auto before = open_with(path, nullptr);
    const std::string plain = make_plain_key(*before);
    // In the file, and in a newer page of the log beside it.
    REQUIRE(before->database().maintain(us_per_second).finished);
    REQUIRE(abi::bytes_of_store(path).find(plain) != std::string::npos);

    std::string log;
    const auto after = open_with(path, outer_key, &log);
    CHECK(stored_key(*after) != plain);
    CHECK(log.empty());
    CHECK(abi::bytes_of_store(path).find(plain) == std::string::npos);
}

TEST_CASE("[AU-6] whose reading keeps the store's own key in the log is told to the log") {
    const till::testing::TempDir directory;
    const std::string path = directory.file("shop.db");
    const auto reader = open_with(path, nullptr);
    const std::string plain = make_plain_key(*reader);
    std::string log;
    std::unique_ptr<Store> after;
    reader->database().read(as_system().deadline_us, [&](sql::Transaction& tx) {
        auto rows = tx.query(select_stored_key);
        REQUIRE(rows.next());
        after = open_with(path, outer_key, &log);
    });
    CHECK(log.find("till_store_maintain()") != std::string::npos);
    CHECK(abi::bytes_of_store(path).find(plain) != std::string::npos);
    REQUIRE(after->database().maintain(us_per_second).finished);
    CHECK(abi::bytes_of_store(path).find(plain) == std::string::npos);
}
