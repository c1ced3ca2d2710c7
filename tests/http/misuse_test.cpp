// SPDX-License-Identifier: MIT
//
// libtill_http against callers who break its contract, through the shared library: as
// tests/c_api/misuse_test.cpp does it for libtill.
#include "c_api/misuse.hpp"

#include <array>
#include <fstream>
#include <iterator>
#include <limits>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>

using namespace abi;

namespace {

const std::vector<Function>& http_functions() {
    static const std::vector<Function> all{
        function("till_http_app_create", &till_http_app_create),
        function("till_http_handle", &till_http_handle),
        function("till_http_handle_batch", &till_http_handle_batch),
        function("till_http_count_refusal", &till_http_count_refusal),
    };
    return all;
}

// These answer no status; what they answer to nonsense has a test of its own.
const std::set<std::string> without_status{"till_http_app_release", "till_http_plan",
                                           "till_http_body_max"};

std::map<std::string, Declared> declared_http() {
    std::ifstream file(TILL_HEADERS "/http.h");
    return read_header({std::istreambuf_iterator<char>(file), {}});
}

struct Mounted : TestStore {
    Mounted() {
        world.store = *this;
        REQUIRE(till_http_app_create(*this, nullptr, &world.app, nullptr) == TILL_OK);
        world.release_app = &till_http_app_release;
    }
    Mounted(const Mounted&) = delete;
    Mounted& operator=(const Mounted&) = delete;
    ~Mounted() { till_http_app_release(world.app); }
    std::int64_t last_event() const {
        Owned<till_store_info> info;
        REQUIRE(till_store_info_get(*this, nullptr, Out(info), nullptr) == TILL_OK);
        return info->last_event;
    }
    World world;
};

void expect(const Mounted& shop, const Function& function, const Bend& bend, till_status status) {
    CAPTURE(function.name);
    CAPTURE(bend.at);
    CAPTURE(bend.value);
    const Outcome outcome = function(shop.world, bend);
    CHECK(std::string(till_status_name(outcome.status)) == till_status_name(status));
    CHECK(outcome.kept_promises);
}

template <class F>
void for_each_input(F each) {
    for (const Function& function : http_functions()) {
        for (std::size_t i = 0; i < function.parameters.size(); ++i) {
            if (function.parameters[i].input) each(function, i, function.parameters[i]);
        }
    }
}

till_http_request request_of(std::string_view method, std::string_view target,
                             std::string_view body = {}) {
    till_http_request request = TILL_HTTP_REQUEST_INIT;
    request.method = str(method);
    request.target = str(target);
    request.body = str(body);
    return request;
}

const std::array json_header{
    till_http_header{TILL_STR("Content-Type"), TILL_STR("application/json")}};

till_http_request registration() {
    till_http_request request =
        request_of("POST", "/auth/registration/",
                   R"({"username":"ann","email":"ann@example.com","password1":"Str0ng-pass!word",)"
                   R"("password2":"Str0ng-pass!word"})");
    request.headers = json_header.data();
    request.header_count = json_header.size();
    return request;
}

std::int32_t answered(till_http_app* app, const till_http_request& request) {
    const till_http_response* response = nullptr;
    if (till_http_handle(app, &request, &response) != TILL_OK) return 0;
    const std::int32_t status = response->status;
    till_free(response);
    return status;
}

}  // namespace

TEST_CASE("every function of the adapter is in the table or has a test of its own") {
    std::set<std::string> known = without_status;
    for (const Function& function : http_functions()) known.insert(function.name);
    const auto declared = declared_http();
    for (const auto& [name, declaration] : declared) {
        CAPTURE(name);
        CHECK(known.erase(name) == 1);
    }
    CHECK(known.empty());
    for (const Function& function : http_functions()) {
        CHECK(declared.at(function.name).nullable.size() == function.parameters.size());
    }
}

TEST_CASE("NULL is misuse wherever http.h does not allow it") {
    const Mounted shop;
    const auto declared = declared_http();
    for (const Function& function : http_functions()) {
        for (std::size_t i = 0; i < function.parameters.size(); ++i) {
            if (!function.parameters[i].pointer) continue;
            const bool allowed = declared.at(function.name).nullable[i];
            expect(shop, function, {Bend::How::null, i}, allowed ? TILL_OK : TILL_E_MISUSE);
        }
    }
    till_http_app_release(nullptr);
}

TEST_CASE("the adapter refuses sizes, tails, flags and reserved fields that it does not know") {
    const Mounted shop;
    for_each_input([&](const Function& function, std::size_t i, const Parameter& parameter) {
        for (const std::uint32_t size : {0U, 1U, 4U, 7U, 65'537U, 0x8000'0000U, UINT32_MAX}) {
            expect(shop, function, {Bend::How::size, i, size}, TILL_E_STRUCT_SIZE);
        }
        expect(shop, function, {Bend::How::tail, i, 0}, TILL_OK);
        expect(shop, function, {Bend::How::tail, i, 1}, TILL_E_UNSUPPORTED_FIELD);
        CHECK(parameter.flags);
        expect(shop, function, {Bend::How::flags, i, 0x8000'0000U}, TILL_E_UNSUPPORTED_FIELD);
        if (parameter.reserved) {
            expect(shop, function, {Bend::How::reserved, i}, TILL_E_UNSUPPORTED_FIELD);
        }
    });
}

TEST_CASE("an app's arrays and texts that are not there are misuse, or absent") {
    const Mounted shop;
    till_http_app* app = nullptr;
    till_http_app_in in = TILL_HTTP_APP_IN_INIT;
    in.cors_origin_count = 1;
    CHECK(till_http_app_create(shop, &in, &app, nullptr) == TILL_E_MISUSE);
    CHECK(app == nullptr);
    till_http_request request = request_of("GET", "/");
    request.header_count = 1;
    CHECK(answered(shop.world.app, request) == 0);
    request.header_count = 0;
    for (till_str till_http_request::*text :
         {&till_http_request::method, &till_http_request::target, &till_http_request::body,
          &till_http_request::client_address, &till_http_request::request_id}) {
        till_http_request bent = request;
        bent.*text = {nullptr, 3};
        const std::int32_t status = answered(shop.world.app, bent);
        CHECK(status >= 200);
        CHECK(status < 500);
    }
    const till_http_header absent{{nullptr, 0}, {nullptr, 7}};
    request.headers = &absent;
    request.header_count = 1;
    CHECK(answered(shop.world.app, request) == 200);
}

TEST_CASE("plan and body_max answer something harmless to nonsense") {
    const Mounted shop;
    const till_http_request good = registration();
    CHECK(till_http_plan(shop.world.app, &good) == TILL_HTTP_SLOW);
    CHECK(till_http_body_max(shop.world.app, &good) == 65'536);
    till_http_request bad = good;
    bad.struct_size = UINT32_MAX;
    for (const till_http_request* request : {&std::as_const(bad), {}}) {
        CHECK(till_http_plan(shop.world.app, request) == TILL_HTTP_READ);
        CHECK(till_http_body_max(shop.world.app, request) == 0);
    }
    CHECK(till_http_plan(nullptr, &good) == TILL_HTTP_READ);
    CHECK(till_http_body_max(nullptr, &good) == 0);
}

TEST_CASE("one bad request of a batch refuses the batch before any of it ran") {
    const Mounted shop;
    const std::int64_t before = shop.last_event();
    const till_http_request good = registration();
    till_http_request bad = good;
    bad.struct_size = 3;
    till_http_request unknown = good;
    unknown.flags = 0x100;
    const auto run = [&](const till_http_request* second) {
        const std::array requests{&good, second};
        std::array<const till_http_response*, 2> out{};
        out.fill(reinterpret_cast<const till_http_response*>(&shop));
        const till_status status =
            till_http_handle_batch(shop.world.app, requests.data(), requests.size(), out.data());
        for (const till_http_response* response : out) CHECK(response == nullptr);
        return status;
    };
    CHECK(run(nullptr) == TILL_E_MISUSE);
    CHECK(run(&bad) == TILL_E_STRUCT_SIZE);
    CHECK(run(&unknown) == TILL_E_UNSUPPORTED_FIELD);
    const till_http_request* one = &good;
    const till_http_response* room = nullptr;
    for (const std::size_t count : {std::size_t{1'001}, std::numeric_limits<std::size_t>::max()}) {
        CHECK(till_http_handle_batch(shop.world.app, &one, count, &room) == TILL_E_VALIDATION);
    }
    CHECK(till_http_handle_batch(shop.world.app, nullptr, 0, nullptr) == TILL_OK);
    CHECK(shop.last_event() == before);
}

TEST_CASE("a response outlives its app and its store, and is freed once") {
    const till_http_response* late = nullptr;
    {
        const Mounted shop;
        const till_http_request request = registration();
        REQUIRE(till_http_handle(shop.world.app, &request, &late) == TILL_OK);
    }
    CHECK(late->status == 201);
    CHECK(view(late->body).find("\"access\"") != std::string_view::npos);
    for (std::size_t i = 0; i < late->header_count; ++i) CHECK(late->headers[i].name.len > 0);
    CHECK(view(late->route) == "/auth/registration/");
    till_free(late);
}

TEST_CASE("on a closed store every request is answered 503, and an app is still freed") {
    const Mounted shop;
    REQUIRE(till_store_close(shop) == TILL_OK);
    CHECK(answered(shop.world.app, request_of("GET", "/currencies/")) == 404);
    CHECK(answered(shop.world.app, registration()) == 503);
    const till_http_request request = registration();
    const std::array requests{&request, &request};
    std::array<const till_http_response*, 2> out{};
    REQUIRE(till_http_handle_batch(shop.world.app, requests.data(), 2, out.data()) == TILL_OK);
    for (const till_http_response* response : out) {
        CHECK(response->status == 503);
        till_free(response);
    }
    till_http_app* another = nullptr;
    REQUIRE(till_http_app_create(shop, nullptr, &another, nullptr) == TILL_OK);
    CHECK(answered(another, registration()) == 503);
    till_http_app_release(another);
}

TEST_CASE("a forked child is answered 503, and the parent goes on") {
    const Mounted shop;
    const std::int64_t before = shop.last_event();
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        int wrong = 0;
        if (answered(shop.world.app, registration()) != 503) wrong += 1;
        if (till_http_plan(shop.world.app, nullptr) != TILL_HTTP_READ) wrong += 2;
        till_http_app_release(shop.world.app);
        ::_exit(wrong);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 0);
    CHECK(shop.last_event() == before);
    CHECK(answered(shop.world.app, registration()) == 201);
}
