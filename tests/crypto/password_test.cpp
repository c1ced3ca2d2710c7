// SPDX-License-Identifier: MIT
#include "crypto/password.hpp"

#include "base/error.hpp"
#include "base/testing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

using namespace till::crypto;

namespace {

constexpr PasswordParams cheap = cheap_password_params;
constexpr std::string_view typed = "correct horse";

// Made with argon2-cffi 21.1, Django 3.2's hashers and Python's hashlib.scrypt.
constexpr std::string_view floor_hash =
    "$argon2id$v=19$m=19456,t=2,p=1$AAECAwQFBgcICQoLDA0ODw"
    "$0AuQxA+RjPiJeA19Op7DwrFxnfh9xeTU2T6mFj2wThc";
constexpr std::string_view django_pbkdf2 =
    "pbkdf2_sha256$260000$abcdefghijklmnopqrstuv$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ=";
constexpr std::string_view django_pbkdf2_1000 =
    "pbkdf2_sha256$1000$saltySALT12$cYmBnLwvpmToGzL1aaD4THcAsUBRT7T4Hr+GLb+1WWo=";
constexpr std::string_view django_argon2 =
    "argon2$argon2id$v=19$m=102400,t=2,p=8$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg$KBSkNe0lG4oxdJQBt0leGw";
constexpr std::string_view django_argon2_small =
    "argon2$argon2id$v=19$m=64,t=2,p=8$YWJjZGVmZ2hpamtsbW5vcHFyc3R1dg$Hc5TcE/wJE3C9VqQPKF3Yg";
constexpr std::string_view django_argon2_four =
    "argon2$argon2id$v=19$m=256,t=3,p=4$c29tZXNhbHQ$nJmcDk4ucVMH5aujw+A61LBwLUscoqlr2mkVuwZzos4";
constexpr std::string_view django_scrypt =
    "scrypt$16384$abcdefghijklmnopqrstuv$8$1$NSnoIm3vLpDMiLvc+TzkKtXEJGSHphhvkGRpzYQHyvEXGr+"
    "784hQA71c+"
    "qDUQtSeGdsdq/SfW8IG8hQUkeJTJQ==";
constexpr std::string_view django_scrypt_five =
    "scrypt$16384$abcdefghijklmnopqrstuv$8$5$"
    "2CyFzwiSp10903TARkWJsyfC9Q3aeX0RvkHqKxHNeBplPnTz1lYfWZu5p"
    "Ey7/A6r1KH53voY5f8NgFIZC1gWWA==";
constexpr std::string_view django_scrypt_small =
    "scrypt$16$abcdefghijklmnopqrstuv$1$1$wV33hRbbs9joqrbbOf+"
    "b0m8HPQRgz6wh1zSA74dmPRqpY6bnZySeA7ET68P+"
    "IE6+UIeWvCieZ5EPdqS20f0+JA==";

PasswordMatch check(std::string_view encoded, std::string_view password = typed) {
    return verify_password(cheap, encoded, password);
}

// While it lives, the process gets at most `headroom` more bytes of address space.
class AddressSpaceLimit {
public:
    explicit AddressSpaceLimit(rlim_t headroom) {
        getrlimit(RLIMIT_AS, &before_);
        rlim_t pages = 0;
        std::ifstream("/proc/self/statm") >> pages;
        rlimit limit = before_;
        limit.rlim_cur = pages * static_cast<rlim_t>(sysconf(_SC_PAGESIZE)) + headroom;
        setrlimit(RLIMIT_AS, &limit);
    }
    AddressSpaceLimit(const AddressSpaceLimit&) = delete;
    AddressSpaceLimit& operator=(const AddressSpaceLimit&) = delete;
    ~AddressSpaceLimit() { setrlimit(RLIMIT_AS, &before_); }

private:
    rlimit before_{};
};

// CPU time of this thread: a busy machine does not change it.
std::int64_t thread_cpu_us() {
    timespec now{};
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return static_cast<std::int64_t>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1000;
}

class FixedRandom final : public till::Random {
public:
    void fill(std::span<std::byte> out) override {
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = static_cast<std::byte>(i);
    }
};

}  // namespace

TEST_CASE("[PW-1] a hash is the Argon2id that argon2-cffi computes at OWASP's floor") {
    FixedRandom salt;
    CHECK(hash_password(PasswordParams{}, typed, salt) == floor_hash);
    CHECK(verify_password(PasswordParams{}, floor_hash, typed) == PasswordMatch::match);
    CHECK(verify_password(PasswordParams{}, floor_hash, "Correct horse") ==
          PasswordMatch::no_match);
}

TEST_CASE("a password matches its own hash and no other password does") {
    till::testing::SeededRandom random(1);
    const std::string encoded = hash_password(cheap, typed, random);
    CHECK(encoded.starts_with("$argon2id$v=19$m=8,t=1,p=1$"));
    CHECK(check(encoded) == PasswordMatch::match);
    for (const char* other :
         {"", "correct hors", "correct horse ", " correct horse", "CORRECT HORSE"}) {
        CHECK(check(encoded, other) == PasswordMatch::no_match);
    }
}

TEST_CASE("[PW-1] the same password gets another salt and hash each time") {
    till::testing::SeededRandom random(2);
    std::set<std::string> seen;
    for (int i = 0; i < 200; ++i) seen.insert(hash_password(cheap, typed, random));
    CHECK(seen.size() == 200);
}

TEST_CASE("[PW-3] no byte of a long password is ignored, and none is cut at a NUL") {
    till::testing::SeededRandom random(3);
    const std::string base(100, 'x');
    CHECK(check(hash_password(cheap, base + "1", random), base + "2") == PasswordMatch::no_match);
    const std::string with_nul("abc\0def", 7);
    const std::string encoded = hash_password(cheap, with_nul, random);
    CHECK(check(encoded, with_nul) == PasswordMatch::match);
    CHECK(check(encoded, "abc") == PasswordMatch::no_match);
    const std::string longest(password_size_max, 'y');
    CHECK(check(hash_password(cheap, longest, random), longest) == PasswordMatch::match);
    CHECK(check(hash_password(cheap, longest, random), longest + "y") == PasswordMatch::no_match);
    CHECK_THROWS_AS((void)hash_password(cheap, longest + "y", random), till::Defect);
    CHECK_THROWS_AS((void)hash_password(cheap, "\xFF", random), till::Defect);
}

TEST_CASE("[PW-4] a password may be typed composed or decomposed, wide or narrow") {
    till::testing::SeededRandom random(4);
    const std::string encoded = hash_password(cheap, "caf\u00E9 \uFB01ne", random);
    CHECK(check(encoded, "cafe\u0301 fine") == PasswordMatch::match);
    CHECK(check(encoded, "cafe fine") == PasswordMatch::no_match);
    CHECK(check(encoded, "CAF\u00C9 fine") == PasswordMatch::no_match);
    CHECK(check(encoded, "caf\xE9 fine") == PasswordMatch::no_match);
}

TEST_CASE("[PW-6] a weaker hash of ours matches and asks for an upgrade") {
    till::testing::SeededRandom random(5);
    const std::string weak = hash_password({16, 1}, typed, random);
    CHECK(verify_password({16, 1}, weak, typed) == PasswordMatch::match);
    CHECK(verify_password({8, 1}, weak, typed) == PasswordMatch::match);
    CHECK(verify_password({32, 1}, weak, typed) == PasswordMatch::match_needs_upgrade);
    CHECK(verify_password({16, 2}, weak, typed) == PasswordMatch::match_needs_upgrade);
    CHECK(verify_password({32, 1}, weak, "wrong") == PasswordMatch::no_match);
}

TEST_CASE(
    "[PW-6] Django's hashes match and ask for an upgrade, at their real cost and with eight "
    "lanes") {
    for (const std::string_view encoded :
         {django_pbkdf2, django_pbkdf2_1000, django_argon2, django_argon2_small, django_argon2_four,
          django_scrypt, django_scrypt_five, django_scrypt_small}) {
        CAPTURE(std::string(encoded));
        CHECK(check(encoded) == PasswordMatch::match_needs_upgrade);
        CHECK(check(encoded, "correct horsf") == PasswordMatch::no_match);
    }
}

TEST_CASE("Django hashed the bytes as typed, so its hashes are compared without normalisation") {
    constexpr std::string_view accented =
        "pbkdf2_sha256$10$saltySALT12$IbWC5VHnZFPc6i7HtNXctLQ+uaFvxt2WHEmL/i9QX5o=";
    CHECK(check(accented, "caf\u00E9 \uFB01ne") == PasswordMatch::match_needs_upgrade);
    CHECK(check(accented, "caf\u00E9 fine") == PasswordMatch::no_match);
    constexpr std::string_view empty =
        "pbkdf2_sha256$1$saltySALT12$rfvslD0NcP3HUVjhxHxQpTfdJJz4PF4PdEzJa+CkoaA=";
    CHECK(check(empty, "") == PasswordMatch::match_needs_upgrade);
    CHECK(check(empty, " ") == PasswordMatch::no_match);
}

TEST_CASE(
    "[PW-6] malformed, foreign and absurdly expensive hashes match nothing and do not crash") {
    for (const char* encoded :
         {"",
          "!",
          "!abcdefghijklmnopqrstuvwxyzabcdefghijklmnop",
          "plain",
          "$",
          "$$$$$$",
          "$argon2id$",
          "$argon2id$v=19$",
          "$argon2id$v=19$m=8,t=1,p=1$",
          "$argon2id$v=19$m=8,t=1,p=1$$",
          "$argon2id$v=16$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2i$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw==$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODx",
          "$argon2id$v=19$m=8,t=1,p=1$AAEC$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAEC",
          "$argon2id$v=19$m=08,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=-8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=0,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=7,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=2$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=4294967295,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=4294967304,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=4294967295,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=1,x=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw$",
          "argon2$",
          "argon2$$argon2id$v=19$m=8,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw",
          "pbkdf2_sha256$",
          "pbkdf2_sha256$$$",
          "pbkdf2_sha256$0$salt$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ=",
          "pbkdf2_sha256$-1$salt$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ=",
          "pbkdf2_sha256$99999999999$salt$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ=",
          "pbkdf2_sha256$1000$$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ=",
          "pbkdf2_sha256$1000$salt$c0Gs4T06doL7Px9MpUmUrfSiTwF30MbvoG4+XGm+zkQ",
          "pbkdf2_sha256$1000$salt$c0Gs4Q==",
          "pbkdf2_sha256$1000$sa$lt$c0Gs",
          "scrypt$",
          "scrypt$1$salt$1$1$AA==",
          "scrypt$15$abcdefgh$1$1$wV33hRbbs9joqrbbOf+b0m8HPQRgz6wh1zSA74dmPRqpY6bnZySeA7ET68P+IE6+"
          "UIeWvCieZ5EPdqS20f0+JA==",
          "scrypt$4194304$abcdefgh$1024$1024$wV33hRbbs9joqrbbOf+"
          "b0m8HPQRgz6wh1zSA74dmPRqpY6bnZySeA7ET68P+IE6+UIeWvCieZ5EPdqS20f0+JA==",
          "md5$salt$0123456789abcdef0123456789abcdef",
          "bcrypt_sha256$$2b$12$abc"}) {
        CAPTURE(std::string(encoded));
        CHECK(check(encoded) == PasswordMatch::no_match);
        CHECK(check(encoded, "") == PasswordMatch::no_match);
    }
}

TEST_CASE("[PW-6] no single changed character of a stored hash still matches") {
    till::testing::SeededRandom random(6);
    const std::string good = hash_password(cheap, typed, random);
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string bad = good;
        bad[i] = bad[i] == 'A' ? 'B' : 'A';
        CAPTURE(bad);
        CHECK(check(bad) == PasswordMatch::no_match);
    }
    CHECK(check(good.substr(0, good.size() - 1)) == PasswordMatch::no_match);
    CHECK(check(good + "A") == PasswordMatch::no_match);
}

TEST_CASE("[AU-1] an unknown user, an unusable hash and a wrong password cost alike") {
    // The dearest of several is compared to the cheapest: a check that is skipped would be
    // thousands of times cheaper, so a factor of ten tells and noise does not.
    const PasswordParams params{4096, 2};
    till::testing::SeededRandom random(7);
    const std::string encoded = hash_password(params, typed, random);
    const auto least_us = [&](auto&& work) {
        std::int64_t least = 1'000'000'000;
        for (int i = 0; i < 5; ++i) {
            const std::int64_t begin = thread_cpu_us();
            work();
            least = std::min(least, thread_cpu_us() - begin);
        }
        return least;
    };
    const std::int64_t wrong = least_us(
        [&] { CHECK(verify_password(params, encoded, "wrong") == PasswordMatch::no_match); });
    const std::int64_t unknown = least_us([&] { verify_nothing(params, "wrong"); });
    const std::int64_t unusable =
        least_us([&] { CHECK(verify_password(params, "!x", "wrong") == PasswordMatch::no_match); });
    for (const std::int64_t other : {unknown, unusable}) {
        CHECK(other * 10 > wrong);
        CHECK(wrong * 10 > other);
    }
    // And what is refused for its size costs nothing.
    const std::string huge(1 << 20, 'a');
    CHECK(least_us([&] {
              CHECK(verify_password(params, encoded, huge) == PasswordMatch::no_match);
          }) * 10 <
          wrong);
}

TEST_CASE("[CF-4] running out of memory is a retryable failure, not a wrong password") {
    till::testing::SeededRandom random(8);
    // 256 MiB of hashing do not fit into 64 MiB of address space.
    constexpr PasswordParams large{262'144, 1};
    constexpr std::string_view stored =
        "$argon2id$v=19$m=262144,t=1,p=1$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw";
    const std::string django_large =
        "argon2$argon2id$v=19$m=262144,t=1,p=8$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODw";
    const auto status_of = [](auto&& work) {
        const AddressSpaceLimit limit(64u << 20);
        try {
            work();
        } catch (const till::Failure& failure) {
            return failure.error().retryable ? failure.error().status : till::Status::internal;
        }
        return till::Status::ok;
    };
    CHECK(status_of([&] { (void)hash_password(large, typed, random); }) == till::Status::no_memory);
    CHECK(status_of([&] { (void)verify_password(large, stored, typed); }) ==
          till::Status::no_memory);
    CHECK(status_of([&] { (void)check(django_large); }) == till::Status::no_memory);
    CHECK(status_of([&] { verify_nothing(large, typed); }) == till::Status::no_memory);
    CHECK(check(stored) == PasswordMatch::no_match);
}
