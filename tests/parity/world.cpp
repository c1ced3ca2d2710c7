// SPDX-License-Identifier: MIT
#include "world.hpp"

#include "json.hpp"

#include <charconv>
#include <cstdio>

namespace till_parity {

namespace {

till::store open_store() {
    till::testing::store_in in;
    in.seed = 20260101;
    in.now = till::to_time(start_us);
    return till::testing::store_open(in);
}

std::unique_ptr<till_server::Server> start_server(till::store_ref store,
                                                  till_server::AppConfig app) {
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

// An id among the values; 0 for what is none.
std::int64_t number_of(const std::string& digits) {
    std::int64_t id = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), id);
    return id;
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
        server_ = start_server(store_, std::move(app));
        return;
    }
    port_ = elsewhere_->open(std::string(store_.info({}).path()), start_us);
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
    till::testing::clock_advance(store_, std::chrono::microseconds(by_us));
}

std::int64_t World::user_id(const std::string& name) const {
    const auto found = users_.find(name);
    if (found == users_.end()) throw Unsupported("no user " + name + " was set up");
    return found->second;
}

till::call World::as_user(const std::string& name) const {
    return till::call::as_user(user_id(name));
}

std::int64_t World::create_user(const std::string& name, bool staff) {
    const std::string email = name + "@example.com";
    till::user_create_in in;
    in.username = name;
    in.email = email;
    in.password = first_password;
    in.is_staff = staff;
    const till::user user = store_.user_create(till::call::as_system(), in);
    users_[name] = user.id();
    passwords_[name] = first_password;
    values_[name] = values_["user"] = std::to_string(user.id());
    return user.id();
}

std::vector<Mail> World::take_mails(std::string_view kind) {
    std::vector<Mail> mails;
    const till::call system = till::call::as_system();
    for (;;) {
        const till::message_page page = store_.outbox_claim(system);
        if (page.empty()) return mails;
        for (const till::message_view mail : page) {
            const bool wanted = kind.empty() ? mail.token().data() != nullptr : mail.kind() == kind;
            if (wanted) {
                mails.push_back(
                    {std::string(mail.to()), uid_in(mail.link()), std::string(mail.token())});
            }
            store_.outbox_acknowledge(system, mail.settled());
        }
    }
}

void World::log_in(const std::string& name) {
    const till::tokens tokens = store_.login({}, {name, passwords_.at(name)});
    values_["access"] = tokens.access();
    values_["refresh"] = tokens.refresh();
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
    const till::call system = till::call::as_system();
    if (verb == "inactive" || verb == "verified" || verb == "newemail") {
        const std::string email = "new-" + name + "@example.com";
        till::user_update_in update;
        update.user_id = user_id(name);
        if (verb == "inactive") update.is_active = false;
        if (verb == "verified" || verb == "newemail") update.email_verified = true;
        if (verb == "newemail") update.email = email;
        store_.user_update(system, update);
    } else if (verb == "deleted") {
        store_.user_delete(system, {user_id(name)});
    } else if (verb == "setpw") {
        till::password_change_in in;
        in.user_id = user_id(name);
        in.new_password = changed_password;
        store_.password_change(system, in);
        passwords_[name] = changed_password;
    } else {
        return false;
    }
    return true;
}

bool World::set_up_mail(const std::string& verb, const std::string& name) {
    const till::call anonymous;
    const std::string email = name + "@example.com";
    if (verb == "reset" || verb == "reset_old" || verb == "dreset") {
        store_.password_reset_request(anonymous, email);
        const auto mails = take_mails("mail.password_reset");
        if (mails.size() != 1) throw std::runtime_error("a reset request made no mail");
        values_["uid"] = mails[0].uid.empty() ? std::to_string(user_id(name)) : mails[0].uid;
        values_["rtoken"] = mails[0].token;
        if (verb == "reset_old") advance(4 * day_us);
    } else if (verb == "unverified") {
        store_.email_resend(anonymous, email);
        const auto mails = take_mails("mail.email_verification");
        if (mails.size() != 1) throw std::runtime_error("a resend made no mail");
        values_["ckey"] = mails[0].token;
    } else if (verb == "used_ckey") {
        store_.email_verify(anonymous, value("ckey"));
    } else if (verb == "used_reset") {
        const std::string token = value("rtoken");
        store_.password_reset(anonymous, {number_of(value("uid")), token, "Spent-pass-66"});
    } else {
        return false;
    }
    return true;
}

bool World::set_up_tokens(const std::string& verb) {
    const till::call anonymous;
    if (verb == "blacklisted") {
        store_.logout(anonymous, value("refresh"));
    } else if (verb == "rotated") {
        // The client adopts the child by presenting it, so that the old token is spent.
        values_["old_refresh"] = value("refresh");
        for (int generation = 0; generation < 2; ++generation) {
            const till::tokens tokens = store_.session_refresh(anonymous, value("refresh"));
            values_["refresh"] = tokens.refresh();
            values_["access"] = tokens.access();
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
    till::order_place_in in;
    in.lines = {{"Widget", 2, 1999}};
    values_[prefix] = std::to_string(store_.order_place(as_user(owner), in).id());
    order_owners_[prefix] = owner;
}

void World::start_payment(const std::string& order, const std::string& name) {
    till::payment_start_in in;
    in.order_id = number_of(value(order));
    const till::call owner = as_user(order_owners_.at(order));
    values_[name] = std::to_string(store_.payment_start(owner, in).id());
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
        store_.payment_complete(till::call::as_system(), {number_of(value("payment"))});
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
