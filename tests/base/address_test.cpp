// SPDX-License-Identifier: MIT
#include "base/address.hpp"

#include <doctest/doctest.h>

using till::client_source;

TEST_CASE("an IPv4 address is one source, however it is written") {
    CHECK(client_source("192.0.2.1") == client_source("::ffff:192.0.2.1"));
    CHECK(client_source("192.0.2.1") == client_source("::ffff:c000:201"));
    CHECK(client_source("192.0.2.1") != client_source("192.0.2.2"));
}

TEST_CASE("of an IPv6 address the first 64 bits are the source") {
    CHECK(client_source("2001:db8::1") == client_source("2001:db8:0:0:ffff::9"));
    CHECK(client_source("2001:db8::1") != client_source("2001:db8:0:1::1"));
}

TEST_CASE("what is no address stands for itself") {
    CHECK(client_source("unix:peer") == "unix:peer");
    CHECK(client_source("192.0.2.300") == "192.0.2.300");
}
