// SPDX-License-Identifier: MIT
#include "crypto/digest.hpp"

#include "base/error.hpp"
#include "crypto/hmac.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

using till::bytes_of;
using till::crypto::HmacKey;
using till::crypto::sha256;
using till::crypto::Sha256;

namespace {

HmacKey key_of_byte(int value) {
    till::crypto::Secret<32> key;
    for (std::byte& byte : key.bytes()) byte = static_cast<std::byte>(value);
    return HmacKey(key.bytes());
}

std::string hmac_hex(std::string_view key, std::string_view data) {
    return till::to_hex(till::crypto::hmac_sha256(bytes_of(key), bytes_of(data)));
}

}  // namespace

TEST_CASE("SHA-256 agrees with the vectors of FIPS 180-4") {
    CHECK(till::to_hex(sha256("")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(till::to_hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(till::to_hex(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")) ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(till::to_hex(sha256(std::string(1'000'000, 'a'))) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("a digest does not depend on how the input is cut") {
    Sha256 hash;
    hash.update("a");
    hash.update("");
    hash.update("bc");
    CHECK(hash.finish() == sha256("abc"));
    CHECK_THROWS_AS((void)hash.finish(), till::Defect);
    Sha256 abandoned;
    abandoned.update("left half-way");
    CHECK(sha256("abc") == sha256("abc"));
}

TEST_CASE("HMAC-SHA256 agrees with the vectors of RFC 4231") {
    CHECK(hmac_hex(std::string(20, '\x0b'), "Hi There") ==
          "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
    CHECK(hmac_hex("Jefe", "what do ya want for nothing?") ==
          "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    CHECK(hmac_hex(std::string(20, '\xaa'), std::string(50, '\xdd')) ==
          "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
    CHECK(hmac_hex(std::string(131, '\xaa'),
                   "Test Using Larger Than Block-Size Key - Hash Key First") ==
          "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    CHECK(hmac_hex("", "") == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

TEST_CASE("a keyed context signs as the one-shot function, time after time") {
    const HmacKey key = key_of_byte(0x0b);
    const std::string raw(32, '\x0b');
    for (const std::string& text :
         {std::string("Hi There"), std::string(), std::string(5000, 'x')}) {
        CHECK(key.sign(text) == till::crypto::hmac_sha256(bytes_of(raw), bytes_of(text)));
        CHECK(key.sign(text) == key.sign(text));
        CHECK(key.sign(text) != key_of_byte(0x0c).sign(text));
    }
    CHECK(key.verify(bytes_of("m"), key.sign("m")));
    CHECK_FALSE(key.verify(bytes_of("m"), key.sign("n")));
    CHECK_FALSE(key.verify(bytes_of("m"), std::span<const std::byte>(key.sign("m")).first(31)));
}

TEST_CASE("digests and signatures are right from many threads at once") {
    const HmacKey key = key_of_byte(1);
    const auto signature = key.sign("message");
    const auto digest = sha256("message");
    std::atomic<int> wrong{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 8; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < 2000; ++i) {
                if (key.sign("message") != signature || sha256("message") != digest) ++wrong;
            }
        });
    }
    for (std::thread& thread : threads) thread.join();
    CHECK(wrong == 0);
}

TEST_CASE("equality needs equal lengths and every byte") {
    using till::crypto::equal;
    CHECK(equal(bytes_of(""), bytes_of("")));
    CHECK(equal(bytes_of("ab"), bytes_of("ab")));
    CHECK_FALSE(equal(bytes_of("ab"), bytes_of("abc")));
    CHECK_FALSE(equal(bytes_of("ab"), bytes_of("aB")));
}

TEST_CASE("[DA-2] wiping leaves nothing readable") {
    std::string text = "a secret longer than the small string buffer";
    char* const data = text.data();
    const std::size_t size = text.size();
    till::crypto::wipe(text);
    CHECK(text.empty());
    CHECK(std::string(data + 1, size - 1) == std::string(size - 1, '\0'));
}
