// SPDX-License-Identifier: MIT
// Commands about users.
#include "desk.hpp"

#include <cstdio>
#include <iostream>
#include <termios.h>
#include <unistd.h>

namespace till_server {

namespace {

// Reads a line without showing it, when standard input is a terminal.
std::string read_hidden(const char* prompt) {
    std::fputs(prompt, stderr);
    termios shown{};
    tcgetattr(STDIN_FILENO, &shown);
    termios hidden = shown;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    std::string line;
    std::getline(std::cin, line);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
    std::fputs("\n", stderr);
    return line;
}

int run_create_superuser(const Options& options) {
    const std::string username = options.require("username");
    const std::string email = options.get("email");
    const till::store store = open_store(options, IfMissing::create, nullptr);
    const std::string password = read_password();
    till::user_create_in in;
    in.username = username;
    if (!email.empty()) in.email = email;
    in.password = password;
    in.is_staff = true;
    in.is_superuser = true;
    in.email_verified = !email.empty();  // whoever may run this vouches for it
    const till::user user =
        require(store.try_user_create(command_call(), in), "The superuser was not made");
    std::cout << "Superuser " << user.username() << " has id " << user.id() << ".\n";
    return 0;
}

// ---- users: list, show, act ------------------------------------------------------------------

const Columns columns{"id",         "username", "email",  "email_verified", "first_name",
                      "last_name",  "active",   "staff",  "superuser",      "created",
                      "last_login", "deleted",  "version"};

Row row_of(const till::user_view& user) {
    return {user.id(),           user.username(),  user.email(),      user.email_verified(),
            user.first_name(),   user.last_name(), user.is_active(),  user.is_staff(),
            user.is_superuser(), user.created(),   user.last_login(), user.deleted(),
            user.version()};
}

int list(Desk& desk) {
    const std::string prefix = desk.options.get("prefix");
    const std::string email = desk.options.get("email-prefix");
    till::user_query query;
    if (!prefix.empty()) query.username_prefix = prefix;
    if (!email.empty()) query.email_prefix = email;
    query.is_active = truth_option(desk.options, "active");
    query.is_staff = truth_option(desk.options, "staff");
    return print_list(desk, columns, desk.store.users(desk.call, query), row_of);
}

Sheet sessions_of(const Desk& desk, int64_t user_id) {
    Sheet sheet{{"id", "created", "last_used", "expires", "address", "agent"}, {}};
    till::session_query query;
    query.user_id = user_id;
    for (const auto& session : desk.store.sessions(desk.call, query)) {
        sheet.rows.push_back({session.id(), session.created(), session.last_used(),
                              session.expires(), session.client_address(), session.client_agent()});
    }
    return sheet;
}

Sheet history_of(const Desk& desk, int64_t user_id) {
    Sheet sheet{event_columns, {}};
    till::event_query query;
    query.subject_id = user_id;
    for (const auto& event : desk.store.events(desk.call, query)) {
        if (is_of_user(event)) sheet.rows.push_back(event_row(event));
    }
    return sheet;
}

int show(Desk& desk) {
    const till::user user = find_user(desk, desk.words[0]);
    Columns names = columns;
    names.insert(names.end(), {"phone_no", "address", "locale", "image", "password"});
    Row row = row_of(user);
    row.insert(row.end(), {user.phone_no(), user.address(), user.locale(), user.image_name(),
                           user.has_password()});
    print_record(
        std::cout, desk.format, names, row,
        {{"sessions", sessions_of(desk, user.id())}, {"events", history_of(desk, user.id())}});
    return 0;
}

// Finds them all before the first is changed.
std::vector<till::user> find_users(const Desk& desk) {
    std::vector<till::user> users;
    for (const std::string& word : desk.words) users.push_back(find_user(desk, word));
    return users;
}

// Acts on each user; then prints them as they are.
template <typename Act>
int act_on_users(Desk& desk, Act act) {
    std::string refused;
    RowPrinter printer(std::cout, desk.format, columns);
    for (const till::user& user : find_users(desk)) {
        const auto outcome = act(user);
        if (outcome) {
            printer.add(row_of(desk.store.user_get(desk.call, user.id())));
        } else {
            refused += "\nuser " + std::string(user.username()) + ": " + outcome.error().describe();
        }
    }
    printer.finish();
    if (!refused.empty()) throw Refusal("Not everything was done." + refused);
    return 0;
}

template <auto Flag, bool Value>
int set_flag(Desk& desk) {
    return act_on_users(desk, [&](const till::user& user) {
        till::user_update_in in;
        in.user_id = user.id();
        in.if_version = id_option(desk.options, "if-version");
        in.*Flag = Value;
        return desk.store.try_user_update(desk.call, in);
    });
}

int end_sessions(Desk& desk) {
    return act_on_users(desk, [&](const till::user& user) {
        till::session_end_in in;
        in.user_id = user.id();
        return desk.store.try_session_end(desk.call, in);
    });
}

// For who has lost his authenticator app and his recovery codes.
int remove_second_factor(Desk& desk) {
    return act_on_users(desk, [&](const till::user& user) {
        till::second_factor_remove_in in;
        in.user_id = user.id();
        return desk.store.try_second_factor_remove(desk.call, in);
    });
}

// An address that nobody has proved may be several accounts'; a reset is one's.
bool is_meant_by_address(Desk& desk, const till::user& user) {
    till::user_find_in in;
    in.email = user.email();
    const auto found = desk.store.try_user_find(desk.call, in);
    return found && found->id() == user.id();
}

int send_reset(Desk& desk) {
    // The library tells nobody which addresses it knows; whoever runs this may know them all.
    for (const till::user& user : find_users(desk)) {
        const char* missing = !user.is_active() ? "is not active" : "has no e-mail address";
        if (user.is_active() && !user.email().empty() && is_meant_by_address(desk, user)) continue;
        if (user.is_active() && !user.email().empty()) missing = "shares the address of another";
        throw Refusal("User " + std::string(user.username()) + " " + missing +
                      ": no mail was sent to anybody.");
    }
    return act_on_users(desk, [&](const till::user& user) {
        return desk.store.try_password_reset_request(desk.call, user.email());
    });
}

int erase(Desk& desk) {
    if (!desk.options.toggle("yes")) {
        throw Refusal(
            "Deleting a user erases his name, addresses, image and sessions for good; "
            "orders and payments stay. Add --yes to do it.",
            exit_usage);
    }
    return act_on_users(desk, [&](const till::user& user) {
        till::user_delete_in in;
        in.user_id = user.id();
        in.if_version = id_option(desk.options, "if-version");
        return desk.store.try_user_delete(desk.call, in);
    });
}

constexpr Verb verbs[] = {
    {"list", "", 0, 0, list},
    {"show", "USER", 1, 1, show},
    {"activate", "USER...", 1, any_number, set_flag<&till::user_update_in::is_active, true>},
    {"deactivate", "USER...", 1, any_number, set_flag<&till::user_update_in::is_active, false>},
    {"make-staff", "USER...", 1, any_number, set_flag<&till::user_update_in::is_staff, true>},
    {"remove-staff", "USER...", 1, any_number, set_flag<&till::user_update_in::is_staff, false>},
    {"end-sessions", "USER...", 1, any_number, end_sessions},
    {"send-reset", "USER...", 1, any_number, send_reset},
    {"remove-second-factor", "USER...", 1, any_number, remove_second_factor},
    {"delete", "USER... --yes", 1, any_number, erase},
};

int run_users(const Options& options) { return run_verb(options, "users", verbs); }

}  // namespace

std::string read_password() {
    if (isatty(STDIN_FILENO) == 0) {
        std::string line;
        if (!std::getline(std::cin, line)) {
            throw Refusal("No password came in on standard input.");
        }
        return line;
    }
    const std::string first = read_hidden("Password: ");
    if (first != read_hidden("Again: ")) throw Refusal("The two passwords differ. Try again.");
    return first;
}

CommandSet user_commands() {
    using enum OptionKind;
    return {{{"username", value, "NAME", "User name of the new superuser."},
             {"email", value, "ADDRESS", "E-mail address of the new superuser."},
             {"prefix", value, "TEXT", "List those whose user name begins so.", true},
             {"email-prefix", value, "TEXT", "List those whose e-mail address begins so.", true},
             {"active", value, "true|false", "List those who may log in, or may not.", true},
             {"staff", value, "true|false", "List staff, or all but staff.", true},
             {"yes", toggle, nullptr, "Do what cannot be undone.", true}},
            {{"create-superuser",
              "--db FILE --username NAME [--email ADDRESS]",
              "Make a superuser; the password comes from a prompt or standard input.",
              run_create_superuser,
              {"db", "username", "email", "config"}},
             {"users",
              "--db FILE [list | show USER | activate USER... | deactivate USER... |\n"
              "         make-staff USER... | remove-staff USER... | end-sessions USER... |\n"
              "         send-reset USER... | remove-second-factor USER... | delete USER... --yes]\n"
              "A USER is an id (digits), a user name or an e-mail address.",
              "List, show and change users.", run_users,
              with_desk_options(
                  {"limit", "prefix", "email-prefix", "active", "staff", "if-version", "yes"}),
              true}}};
}

}  // namespace till_server
