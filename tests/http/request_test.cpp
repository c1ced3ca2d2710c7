// SPDX-License-Identifier: MIT
#include "http/request.hpp"

#include "http/text.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace till::http;

namespace {

struct Raw {
    Raw(std::string_view method, std::string_view target,
        std::initializer_list<std::pair<std::string_view, std::string_view>> pairs = {}) {
        for (const auto& [name, value] : pairs) headers.push_back({to_str(name), to_str(value)});
        in = TILL_HTTP_REQUEST_INIT;
        in.method = to_str(method);
        in.target = to_str(target);
        in.headers = headers.data();
        in.header_count = headers.size();
    }
    [[nodiscard]] Request read() const { return read_request(in); }

    std::vector<till_http_header> headers;
    till_http_request in;
};

Request with_accept(std::string_view accept) {
    Request request;
    request.accept = accept;
    return request;
}

}  // namespace

TEST_CASE("a target is split once, header names know no case") {
    const Raw raw("PATCH", "/orders/1/?a=1?b",
                  {{"ACCEPT", "x"}, {"content-TYPE", " y "}, {"If-Match", "\"v1\""}});
    const Request request = raw.read();
    CHECK(request.method == Method::patch);
    CHECK(request.path == "/orders/1/");
    CHECK(request.query == "a=1?b");
    CHECK(request.accept == "x");
    CHECK(request.content_type == "y");
    CHECK(request.if_match == "\"v1\"");
    CHECK(to_method("get") == Method::other);
}

TEST_CASE("a bearer token is found whatever the scheme's case, other schemes are nobody's") {
    const auto credentials = [](std::string_view value) {
        const Raw raw("GET", "/", {{"Authorization", value}});
        return raw.read().credentials;
    };
    CHECK(credentials("Bearer abc") == Credentials::bearer);
    CHECK(credentials("bearer abc") == Credentials::bearer);
    CHECK(credentials("BEARER   abc") == Credentials::bearer);
    CHECK(credentials("Basic abc") == Credentials::none);
    CHECK(credentials("Bearerabc") == Credentials::none);
    CHECK(credentials("") == Credentials::none);
    CHECK(credentials("Bearer") == Credentials::malformed);
    CHECK(credentials("Bearer one two") == Credentials::malformed);
    CHECK(credentials("Bearer a\xC3\xA9") == Credentials::malformed);
    const Raw two("GET", "/", {{"Authorization", "Bearer a"}, {"Authorization", "Bearer a"}});
    CHECK(two.read().credentials == Credentials::malformed);
}

TEST_CASE("only visible ASCII becomes a request id") {
    const Raw good("GET", "/", {{"X-Request-Id", "abc-1"}});
    CHECK(good.read().request_id == "abc-1");
    const Raw blank("GET", "/", {{"X-Request-Id", "a b"}});
    CHECK(blank.read().request_id.empty());
    const std::string long_id(65, 'x');
    const Raw too_long("GET", "/", {{"X-Request-Id", long_id}});
    CHECK(too_long.read().request_id.empty());
    Raw host("GET", "/", {{"X-Request-Id", "client"}});
    host.in.request_id = to_str("host");
    CHECK(host.read().request_id == "host");
}

TEST_CASE("JSON is given to whom it is acceptable") {
    for (const std::string_view accept :
         {"", "*/*", "application/json", "Application/JSON", "application/*",
          "application/json; charset=utf-8",
          "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "image/png, */*;q=0.1",
          "application/json;q=0.5, text/html"}) {
        CAPTURE(accept);
        CHECK(negotiate(with_accept(accept)).is_acceptable);
    }
    for (const std::string_view accept :
         {"image/png", "text/html", "application/xml", "application/json;q=0",
          "application/json;q=0, */*", "*/*;q=0.000", "nonsense"}) {
        CAPTURE(accept);
        CHECK_FALSE(negotiate(with_accept(accept)).is_acceptable);
    }
}

TEST_CASE("the indent parameter and ?format= are read") {
    CHECK(negotiate(with_accept("application/json; indent=4")).indent == 4);
    CHECK(negotiate(with_accept("application/json; indent=400")).indent == 8);
    CHECK(negotiate(with_accept("application/json; indent=x")).indent == 0);
    Request request;
    request.query = "a=1&format=json";
    CHECK(negotiate(request).is_known_format);
    request.query = "format=xml";
    CHECK_FALSE(negotiate(request).is_known_format);
}

TEST_CASE("query values are decoded, the last of a name counts") {
    std::string storage;
    CHECK(query_value("a=1&b=x%20y+z&a=2", "a", storage) == "2");
    CHECK(query_value("a=1&b=x%20y+z", "b", storage) == "x y z");
    CHECK(query_value("a", "a", storage) == "");
    CHECK_FALSE(query_value("ab=1", "a", storage).has_value());
    CHECK(query_value("a=%zz", "a", storage) == "");
    CHECK(query_value("a=%FF", "a", storage) == "");
}

TEST_CASE("entity tags of ours are versions, strong ones unless weak ones will do") {
    CHECK(read_entity_tags("*", false).any);
    CHECK(read_entity_tags("\"v7\"", false).version == 7);
    CHECK(read_entity_tags(" \"x\" , \"v12\"", false).version == 12);
    CHECK_FALSE(read_entity_tags("W/\"v7\"", false).has_version);
    CHECK(read_entity_tags("W/\"v7\"", true).version == 7);
    for (const std::string_view bad :
         {"", "v7", "\"7\"", "\"v\"", "\"v-7\"", "\"v7", "\"v7x\"", "\"v0\""}) {
        CAPTURE(bad);
        CHECK_FALSE(read_entity_tags(bad, false).has_version);
    }
}

TEST_CASE("parameters of media types are found, quoted ones too") {
    CHECK(media_type("text/plain ; a=b") == "text/plain");
    CHECK(media_parameter("multipart/form-data; boundary=\"a;b\"; charset=utf-8", "boundary") ==
          "a;b");
    CHECK(media_parameter("multipart/form-data; boundary=\"a;b\"; Charset=utf-8", "charset") ==
          "utf-8");
    CHECK_FALSE(media_parameter("text/plain", "charset").has_value());
}
