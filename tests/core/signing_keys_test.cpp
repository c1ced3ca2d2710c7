// SPDX-License-Identifier: MIT
#include "core/signing_keys.hpp"

#include "c_api/secrets.hpp"
#include "core/care.hpp"
#include "core/shop.hpp"

#include <doctest/doctest.h>

using namespace till;
using namespace till::core;
using namespace till::core::testing;

namespace {

const sql::Sql select_secrets{"test_signing_keys", R"sql(
    SELECT secret
    FROM signing_keys
    ORDER BY created_at, kid
)sql"};

std::vector<std::string> secrets_in(Store& store) {
    return store
        .read(as_system(),
              [](Context& context) -> Result<std::vector<std::string>> {
                  std::vector<std::string> secrets;
                  for (auto rows = context.tx.query(select_secrets); rows.next();) {
                      const sql::Bytes secret = rows.bytes(0);
                      secrets.emplace_back(reinterpret_cast<const char*>(secret.data()),
                                           secret.size());
                  }
                  return secrets;
              })
        .value();
}

}  // namespace

TEST_CASE("[JW-8] [DA-2] of a key whose last token ran out no byte stays in the file or its log") {
    const till::testing::TempDir directory;
    const std::string path = directory.file("shop.db");
    const auto clock = std::make_shared<till::testing::FakeClock>(noon);
    const auto store = open_shop(path, clock);
    const auto rotation = rotate_signing_key(*store, as_system());
    REQUIRE(rotation.has_value());
    const std::vector<std::string> both = secrets_in(*store);
    REQUIRE(both.size() == 2);
    REQUIRE(both[0] != both[1]);
    clock->advance(rotation->previous_expires_at - noon - 1);
    REQUIRE(maintain(*store, as_system(), us_per_second).has_value());
    CHECK(secrets_in(*store).size() == 2);
    // The search does find what is there.
    std::string bytes = abi::bytes_of_store(path);
    CHECK(bytes.find(both[0]) != std::string::npos);
    CHECK(bytes.find(both[1]) != std::string::npos);

    clock->advance(1);
    REQUIRE(maintain(*store, as_system(), us_per_second).has_value());
    const std::vector<std::string> left = secrets_in(*store);
    REQUIRE(left.size() == 1);
    bytes = abi::bytes_of_store(path);
    CHECK(bytes.find(left[0]) != std::string::npos);
    for (const std::string& secret : both) {
        if (secret != left[0]) CHECK(bytes.find(secret) == std::string::npos);
    }
}
