// SPDX-License-Identifier: MIT
// What a case meets: a fresh store with a standing clock, a live server on it, and the names that
// its setup words leave behind.
#pragma once

#include "http_client.hpp"
#include "server.hpp"
#include "server_process.hpp"
#include "till/testing.hpp"

#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace till_parity {

// A case asks for something this program does not know: counted, never passed over.
class Unsupported : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

inline constexpr till_time second_us = 1'000'000;
inline constexpr till_time minute_us = 60 * second_us;
inline constexpr till_time day_us = 24 * 60 * minute_us;
inline constexpr till_time start_us = 1'767'268'800 * second_us;  // 2026-01-01 12:00 UTC

inline constexpr std::string_view first_password = "Str0ng-pass!word";
inline constexpr std::string_view changed_password = "Changed-pass-55";

struct Mail {
    std::string to;
    std::string uid;  // as the link has it
    std::string token;
};

class World {
public:
    // The server is in here, or `elsewhere`: another program with its own library and clock.
    explicit World(till_server::AppConfig app = {}, ServerProcess* elsewhere = nullptr);
    ~World();
    World(const World&) = delete;
    World& operator=(const World&) = delete;

    till::store_ref store() const { return store_; }
    std::uint16_t port() const { return elsewhere_ != nullptr ? port_ : server_->port(); }
    Response send(const Request& request) const { return exchange(port(), request); }

    void advance(std::int64_t by_us);
    std::int64_t user_id(const std::string& name) const;
    // An actor that the host vouches for.
    till::call as_user(const std::string& name) const;

    std::int64_t create_user(const std::string& name, bool staff = false);
    // Mails of the outbox, acknowledged: of that kind, or all that carry a single-use token.
    std::vector<Mail> take_mails(std::string_view kind = {});

    // Carries out a setup word: "user:alice". Throws Unsupported.
    void set_up(const std::string& word);
    // "access" -> its value; forged tokens are made when asked for. Throws Unsupported.
    std::string value(const std::string& name);
    bool knows(const std::string& name);
    Headers extra_headers() const { return extra_headers_; }

    // A case mentions {expired_refresh}: logins leave one behind, at the price of two days.
    bool wants_expired_refresh = false;

private:
    void log_in(const std::string& name);
    // Each carries out the words it knows and answers false to the others.
    bool set_up_account(const std::string& verb, const std::string& name);
    bool set_up_mail(const std::string& verb, const std::string& name);
    bool set_up_tokens(const std::string& verb);
    bool set_up_shop(const std::string& verb, const std::string& name, int count);
    void place_order(const std::string& owner, const std::string& prefix);
    void start_payment(const std::string& order, const std::string& name);
    void hit(const std::string& what, int times);

    till::store store_;
    std::unique_ptr<till_server::Server> server_;
    ServerProcess* elsewhere_ = nullptr;
    std::uint16_t port_ = 0;
    std::map<std::string, std::int64_t> users_;
    std::map<std::string, std::string> values_;
    std::map<std::string, std::string> passwords_;
    std::map<std::string, std::string> order_owners_;
    Headers extra_headers_;
};

// Forged tokens: {expired_access}, {access_no_jti}, {access_alg_none}, … named by what is wrong
// with them. `access` is a good one. An empty answer: not such a name.
std::string forge_token(till::store_ref store, const std::string& name, const std::string& access,
                        const std::string& refresh);

}  // namespace till_parity
