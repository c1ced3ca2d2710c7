// SPDX-License-Identifier: MIT
#include "sql/sqlite/seed.hpp"

#include "base/on_exit.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/currencies.hpp"

#include <array>
#include <cstddef>
#include <cstring>
#include <string>
#include <string_view>

namespace till::sqlite {

namespace {

const sql::Sql insert_store{"insert_store", R"(
    INSERT INTO store (id, store_id, epoch, testing, settings_version, created_at)
    VALUES (1, $1, 1, $2, 1, $3))"};

const sql::Sql insert_signing_key{"insert_first_signing_key", R"(
    INSERT INTO signing_keys (kid, secret, created_at, retired_at, tokens_until)
    VALUES ($1, $2, $3, NULL, $4))"};

const sql::Sql insert_currency{"insert_iso_currency", R"(
    INSERT INTO currencies (code, exponent)
    VALUES ($1, $2))"};

template <std::size_t Bytes>
std::string random_hex(Random& random) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<std::byte, Bytes> bytes{};
    random.fill(bytes);
    std::string text;
    text.reserve(Bytes * 2);
    for (const std::byte one : bytes) {
        text += digits[std::to_integer<std::size_t>(one >> 4U)];
        text += digits[std::to_integer<std::size_t>(one & std::byte{15})];
    }
    return text;
}

}  // namespace

void seed(Connection& connection, bool testing, const Clock& clock, Random& random) {
    ConnectionTransaction transaction(connection, true);
    const Time now = clock.now_us();
    transaction.execute(insert_store, random_hex<16>(random), testing, now);
    std::array<std::byte, 32> key{};  // 256 bits, as HS256 asks for
    const OnExit wipe([&] { ::explicit_bzero(key.data(), key.size()); });
    random.fill(key);
    transaction.execute(insert_signing_key, random_hex<8>(random), sql::Bytes(key), now, now);
    for (const Currency& currency : iso_currencies()) {
        transaction.execute(insert_currency, std::string_view(currency.code),
                            std::int64_t{currency.exponent});
    }
    connection.finish_statements();
}

}  // namespace till::sqlite
