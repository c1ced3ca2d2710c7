// SPDX-License-Identifier: MIT
#include "world.hpp"

#include "handles.hpp"
#include "json.hpp"
#include "till/testing.h"
#include "till/till.h"

#include <charconv>
#include <cstdio>

namespace till_parity {

using till_server::borrow;
using till_server::Error;
using till_server::out;
using till_server::Owned;
using till_server::system_call;
using till_server::text;
using till_server::view;

void require(till_status status, const Error& error, std::string_view what) {
    if (status == TILL_OK) return;
    std::string reason = std::string(what) + ": " + till_status_name(status);
    if (error) reason += " " + text(error->code) + " " + text(error->message);
    throw std::runtime_error(reason);
}

namespace {

till_server::Store open_store() {
    till_testing_in in = TILL_TESTING_IN_INIT;
    in.seed = 20260101;
    in.now_us = start_us;
    till_server::Store store;
    Error error;
    require(till_testing_store_open(&in, out(store), out(error)), error, "open a testing store");
    return store;
}

std::unique_ptr<till_server::Server> start_server(till_store* store, till_server::AppConfig app) {
    till_server::ServerConfig config;
    till_server::ListenAddress address;
    address.ip = *till_server::parse_ip("127.0.0.1");
    config.listen.push_back(address);
    config.app = std::move(app);
    config.threads = 1;
    config.slow_threads = 1;
    auto server = std::make_unique<till_server::Server>(store, std::move(config));
    server->start();
    return server;
}

std::vector<std::string> split(const std::string& word) {
    std::vector<std::string> parts;
    std::size_t from = 0;
    for (std::size_t colon; (colon = word.find(':', from)) != std::string::npos; from = colon + 1)
        parts.push_back(word.substr(from, colon - from));
    parts.push_back(word.substr(from));
    return parts;
}

int count_of(const std::string& digits) {
    int count = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), count);
    if (digits.empty() || parsed.ptr != digits.data() + digits.size())
        throw Unsupported("\"" + digits + "\" is no count");
    return count;
}

// ".../confirm/<uid>/<token>/"
std::string uid_in(std::string_view link) {
    if (link.ends_with('/')) link.remove_suffix(1);
    const std::size_t token = link.rfind('/');
    if (token == std::string_view::npos) return {};
    const std::size_t uid = link.rfind('/', token - 1);
    return std::string(link.substr(uid + 1, token - uid - 1));
}

}  // namespace

World::World(till_server::AppConfig app, ServerProcess* elsewhere)
    : store_(open_store()), elsewhere_(elsewhere) {
    if (elsewhere_ == nullptr) {
        server_ = start_server(store_.get(), std::move(app));
        return;
    }
    Owned<till_store_info> info;
    Error error;
    require(till_store_info_get(store(), nullptr, out(info), out(error)), error, "info");
    port_ = elsewhere_->open(text(info->path), start_us);
}

World::~World() {
    if (elsewhere_ == nullptr) return;
    try {
        elsewhere_->close();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "till_parity: %s\n", error.what());
    }
}

void World::advance(std::int64_t by_us) {
    if (elsewhere_ != nullptr) elsewhere_->advance(by_us);
    Error error;
    require(till_testing_clock_advance(store(), by_us, out(error)), error, "move the clock");
}

std::int64_t World::user_id(const std::string& name) const {
    const auto found = users_.find(name);
    if (found == users_.end()) throw Unsupported("no user " + name + " was set up");
    return found->second;
}

till_call World::as_user(const std::string& name) const {
    till_call call = TILL_CALL_INIT;
    call.actor = TILL_ACTOR_USER;
    call.user_id = user_id(name);
    return call;
}

std::int64_t World::create_user(const std::string& name, bool staff) {
    const std::string email = name + "@example.com";
    till_user_create_in in = TILL_USER_CREATE_IN_INIT;
    in.username = borrow(name);
    in.email = borrow(email);
    in.password = borrow(first_password);
    in.is_staff = staff ? 1 : 0;
    Owned<till_user> user;
    Error error;
    const till_call system = system_call();
    require(till_user_create(store(), &system, &in, out(user), out(error)), error, "user");
    users_[name] = user->id;
    passwords_[name] = first_password;
    values_[name] = values_["user"] = std::to_string(user->id);
    return user->id;
}

std::vector<Mail> World::take_mails(std::string_view kind) {
    std::vector<Mail> mails;
    const till_call system = system_call();
    for (;;) {
        Owned<till_message_page> page;
        Error error;
        require(till_outbox_claim(store(), &system, nullptr, out(page), out(error)), error,
                "claim");
        if (page->count == 0) return mails;
        for (std::size_t i = 0; i < page->count; ++i) {
            const till_message& mail = *page->items[i];
            const bool wanted = kind.empty() ? mail.token.data != nullptr : view(mail.kind) == kind;
            if (wanted) mails.push_back({text(mail.to), uid_in(view(mail.link)), text(mail.token)});
            till_outbox_settle_in settle = TILL_OUTBOX_SETTLE_IN_INIT;
            settle.id = mail.id;
            settle.lease = mail.lease;
            Error refused;
            require(till_outbox_acknowledge(store(), &system, &settle, out(refused)), refused,
                    "acknowledge");
        }
    }
}

void World::log_in(const std::string& name) {
    const till_call anonymous = TILL_CALL_INIT;
    till_login_in in = TILL_LOGIN_IN_INIT;
    in.username = borrow(name);
    in.password = borrow(passwords_.at(name));
    Owned<till_tokens> tokens;
    Error error;
    require(till_login(store(), &anonymous, &in, out(tokens), out(error)), error, "login");
    values_["access"] = text(tokens->access);
    values_["refresh"] = text(tokens->refresh);
}

void World::set_up(const std::string& word) {
    const std::vector<std::string> parts = split(word);
    const std::string& verb = parts[0];
    const std::string argument = parts.size() > 1 ? parts[1] : std::string();
    const int count = parts.size() > 2 && verb != "cookie" ? count_of(parts[2]) : 0;
    if (verb == "cookie" && parts.size() > 1) {
        extra_headers_.emplace_back("Cookie", word.substr(verb.size() + 1));
    } else if (verb == "cookies") {
        // The login cookies of this profile: there are none.
    } else if (verb == "user" && !argument.empty()) {
        create_user(argument);
    } else if (verb == "login" || verb == "as") {
        user_id(argument);
        if (wants_expired_refresh) {
            log_in(argument);
            values_["expired_refresh"] = values_["refresh"];
            advance(2 * day_us);
        }
        log_in(argument);
    } else if (verb == "hit") {
        hit(argument, count);
    } else if (!set_up_account(verb, argument) && !set_up_mail(verb, argument) &&
               !set_up_tokens(verb) && !set_up_shop(verb, argument, count)) {
        throw Unsupported("setup word " + word);
    }
}

bool World::set_up_account(const std::string& verb, const std::string& name) {
    const till_call system = system_call();
    till_user_update_in update = TILL_USER_UPDATE_IN_INIT;
    Owned<till_user> user;
    Error error;
    if (verb == "inactive" || verb == "verified" || verb == "newemail") {
        update.user_id = user_id(name);
        const std::string email = "new-" + name + "@example.com";
        update.mask = verb == "inactive"   ? TILL_USER_IS_ACTIVE
                      : verb == "verified" ? TILL_USER_EMAIL_VERIFIED
                                           : TILL_USER_EMAIL;
        update.email_verified = 1;
        update.email = borrow(email);
        require(till_user_update(store(), &system, &update, out(user), out(error)), error, verb);
    } else if (verb == "deleted") {
        till_user_delete_in in = TILL_USER_DELETE_IN_INIT;
        in.user_id = user_id(name);
        require(till_user_delete(store(), &system, &in, out(error)), error, verb);
    } else if (verb == "setpw") {
        till_password_change_in in = TILL_PASSWORD_CHANGE_IN_INIT;
        in.user_id = user_id(name);
        in.new_password = borrow(changed_password);
        require(till_password_change(store(), &system, &in, out(error)), error, verb);
        passwords_[name] = changed_password;
    } else {
        return false;
    }
    return true;
}

bool World::set_up_mail(const std::string& verb, const std::string& name) {
    const till_call anonymous = TILL_CALL_INIT;
    Error error;
    const std::string email = name + "@example.com";
    if (verb == "reset" || verb == "reset_old" || verb == "dreset") {
        require(till_password_reset_request(store(), &anonymous, email.data(), email.size(),
                                            out(error)),
                error, verb);
        const auto mails = take_mails("mail.password_reset");
        if (mails.size() != 1) throw std::runtime_error("a reset request made no mail");
        values_["uid"] = mails[0].uid.empty() ? std::to_string(user_id(name)) : mails[0].uid;
        values_["rtoken"] = mails[0].token;
        if (verb == "reset_old") advance(4 * day_us);
    } else if (verb == "unverified") {
        require(till_email_resend(store(), &anonymous, email.data(), email.size(), out(error)),
                error, verb);
        const auto mails = take_mails("mail.email_verification");
        if (mails.size() != 1) throw std::runtime_error("a resend made no mail");
        values_["ckey"] = mails[0].token;
    } else if (verb == "used_ckey") {
        const std::string key = value("ckey");
        require(till_email_verify(store(), &anonymous, key.data(), key.size(), out(error)), error,
                verb);
    } else if (verb == "used_reset") {
        till_password_reset_in in = TILL_PASSWORD_RESET_IN_INIT;
        const std::string token = value("rtoken");
        const std::string uid = value("uid");
        std::from_chars(uid.data(), uid.data() + uid.size(), in.user_id);
        in.token = borrow(token);
        in.new_password = borrow("Spent-pass-66");
        require(till_password_reset(store(), &anonymous, &in, out(error)), error, verb);
    } else {
        return false;
    }
    return true;
}

bool World::set_up_tokens(const std::string& verb) {
    const till_call anonymous = TILL_CALL_INIT;
    Error error;
    if (verb == "blacklisted") {
        const std::string refresh = value("refresh");
        require(till_logout(store(), &anonymous, refresh.data(), refresh.size(), out(error)), error,
                verb);
    } else if (verb == "rotated") {
        // The client adopts the child by presenting it, so that the old token is spent.
        const std::string old = value("refresh");
        values_["old_refresh"] = old;
        for (std::string next = old; std::string_view step : {"child", "grandchild"}) {
            Owned<till_tokens> tokens;
            Error refused;
            require(till_session_refresh(store(), &anonymous, next.data(), next.size(), out(tokens),
                                         out(refused)),
                    refused, step);
            next = text(tokens->refresh);
            values_["refresh"] = next;
            values_["access"] = text(tokens->access);
        }
    } else if (verb == "logout") {
        Request request;
        request.method = "POST";
        request.target = "/auth/logout/";
        request.headers = {{"Authorization", "Bearer " + value("access")},
                           {"Content-Type", "application/json"}};
        request.has_body = true;
        request.body = write_json(Json{{"refresh", value("refresh")}});
        if (send(request).status != 200) throw std::runtime_error("logout was refused");
    } else {
        return false;
    }
    return true;
}

void World::place_order(const std::string& owner, const std::string& prefix) {
    till_order_line_in line = TILL_ORDER_LINE_IN_INIT;
    line.name = borrow("Widget");
    line.quantity = 2;
    line.amount_minor = 1999;
    const till_order_line_in* lines[] = {&line};
    till_order_place_in in = TILL_ORDER_PLACE_IN_INIT;
    in.lines = lines;
    in.line_count = 1;
    const till_call call = as_user(owner);
    Owned<till_order> order;
    Error error;
    require(till_order_place(store(), &call, &in, out(order), out(error)), error, "order");
    values_[prefix] = std::to_string(order->id);
    order_owners_[prefix] = owner;
}

void World::start_payment(const std::string& order, const std::string& name) {
    till_payment_start_in in = TILL_PAYMENT_START_IN_INIT;
    const std::string id = value(order);
    std::from_chars(id.data(), id.data() + id.size(), in.order_id);
    const till_call call = as_user(order_owners_.at(order));
    Owned<till_payment> payment;
    Error error;
    require(till_payment_start(store(), &call, &in, out(payment), out(error)), error, "payment");
    values_[name] = std::to_string(payment->id);
}

bool World::set_up_shop(const std::string& verb, const std::string& name, int count) {
    if (verb == "order" || verb == "other_order") {
        place_order(name, verb);
    } else if (verb == "orders") {
        for (int left = count; left > 0; --left) place_order(name, "last_order");
    } else if (verb == "payment") {
        start_payment("order", "payment");
    } else if (verb == "other_payment") {
        start_payment("other_order", "other_payment");
    } else if (verb == "paid") {
        till_payment_act_in in = TILL_PAYMENT_ACT_IN_INIT;
        const std::string id = value("payment");
        std::from_chars(id.data(), id.data() + id.size(), in.payment_id);
        const till_call system = system_call();
        Owned<till_payment> payment;
        Error error;
        require(till_payment_complete(store(), &system, &in, out(payment), out(error)), error,
                verb);
    } else {
        return false;
    }
    return true;
}

void World::hit(const std::string& what, int times) {
    for (int i = 0; i < times; ++i) {
        Request request;
        request.method = "POST";
        request.headers = {{"Content-Type", "application/json"}};
        request.has_body = true;
        const std::string name =
            what == "login" && !users_.empty() ? users_.begin()->first : "hit" + std::to_string(i);
        if (what == "login") {
            request.target = "/auth/login/";
            request.body = write_json(Json{{"username", name}, {"password", first_password}});
        } else if (what == "reg") {
            request.target = "/auth/registration/";
            request.body = write_json(Json{{"username", name},
                                           {"email", name + "@example.com"},
                                           {"password1", first_password},
                                           {"password2", first_password}});
        } else {
            throw Unsupported("setup word hit:" + what);
        }
        send(request);
    }
}

bool World::knows(const std::string& name) {
    try {
        value(name);
        return true;
    } catch (const Unsupported&) {
        return false;
    }
}

std::string World::value(const std::string& name) {
    const auto found = values_.find(name);
    if (found != values_.end()) return found->second;
    const auto access = values_.find("access");
    if (access != values_.end()) {
        std::string forged = forge_token(store(), name, access->second, values_["refresh"]);
        if (!forged.empty()) return values_[name] = std::move(forged);
    }
    throw Unsupported("placeholder {" + name + "}");
}

}  // namespace till_parity
