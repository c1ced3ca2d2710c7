// SPDX-License-Identifier: MIT
#include "crypto/common_passwords.hpp"

#include <doctest/doctest.h>

#include <string>

using till::crypto::is_common_password;

TEST_CASE("[PW-5] passwords that attackers try first are common") {
    for (const char* password :
         {"password",   "password1", "password123", "qwerty123", "iloveyou1", "letmein1",
          "12345678",   "123456789", "person",      "123",       "trustno1",  "sunshine",
          "princess",   "football",  "11111111",    "1q2w3e4r",  "baseball",  "superman",
          "qwertyuiop", "abc123",    "michelle",    "computer"}) {
        CAPTURE(std::string(password));
        CHECK(is_common_password(password));
    }
}

TEST_CASE("case and white space around do not make a password less common") {
    CHECK(is_common_password("Password123"));
    CHECK(is_common_password("  LETMEIN1\t"));
    CHECK(is_common_password("\u00A0sunshine\u3000"));
}

TEST_CASE("other passwords are not common, however they look") {
    for (const char* password :
         {"", " ", "correct horse battery staple", "zq7!Kd93mPxw", "till-2031-Rye", "password1 2",
          "gr\u00FC\u00DFgott-2931", "0000000000000000000000000000000000000000"}) {
        CAPTURE(std::string(password));
        CHECK_FALSE(is_common_password(password));
    }
    CHECK_FALSE(is_common_password("\xFF\xFE"));
    CHECK_FALSE(is_common_password(std::string(100'000, 'a')));
    CHECK_FALSE(is_common_password(std::string("password\0", 9)));
}

TEST_CASE("[PW-5] the list is as long as promised") {
    CHECK(till::crypto::common_password_count() > 24'000);
}
