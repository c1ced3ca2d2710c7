// SPDX-License-Identifier: MIT
#include "options.hpp"

#include "commands.hpp"
#include "fixture.hpp"
#include "refusal.hpp"
#include "serve_config.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fstream>
#include <set>

using namespace till_server_test;
using namespace till_server;

namespace {

const Command& command(std::string_view name) {
    for (const Command& candidate : all_commands()) {
        if (name == candidate.name) return candidate;
    }
    FAIL("no such command");
    return all_commands().front();
}

Options parse(const std::vector<std::string>& arguments, std::vector<const char*> environment = {},
              const char* name = "serve") {
    environment.push_back(nullptr);
    return Options(command(name), arguments, environment.data());
}

// The refusal's text; its exit code must say "usage".
template <typename Function>
std::string refusal_of(Function function) {
    try {
        function();
    } catch (const Refusal& refusal) {
        CHECK(refusal.exit_code() == exit_usage);
        return refusal.what();
    }
    return "nothing was refused";
}

std::string refusal(const std::vector<std::string>& arguments,
                    std::vector<const char*> environment = {}) {
    return refusal_of([&] {
        const Options options = parse(arguments, std::move(environment));
        server_config(options);
        mail_config(options);
        log_format(options);
    });
}

bool says(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("flags are read in both spellings and lists gather") {
    const Options options = parse(
        {"--db", "a.db", "--listen=127.0.0.1:1", "--listen", "unix:/tmp/x", "--shared-socket"});
    CHECK(options.get("db") == "a.db");
    CHECK(options.list("listen") == std::vector<std::string>{"127.0.0.1:1", "unix:/tmp/x"});
    CHECK(options.toggle("shared-socket"));
    CHECK_FALSE(options.toggle("allow-plain-http"));
    CHECK(parse({"--help", "--nonsense"}).wants_help());
}

TEST_CASE("flags win over the environment and the environment over the file") {
    TemporaryDirectory directory;
    const std::string path = directory.file("till.conf");
    std::ofstream(path) << "# a comment\n\n db = file.db \nlisten = 127.0.0.1:1\n"
                           "listen=127.0.0.1:2\nlog_format = json\r\nshared-socket = yes\n";
    const Options options =
        parse({"--config", path, "--db", "flag.db"},
              {"TILL_DB=env.db", "TILL_LISTEN=127.0.0.1:3, 127.0.0.1:4", "TILL_JOBS=7", "OTHER=1"});
    CHECK(options.get("db") == "flag.db");
    CHECK(options.list("listen") == std::vector<std::string>{"127.0.0.1:3", "127.0.0.1:4"});
    CHECK(log_format(options) == LogFormat::json);
    CHECK(options.toggle("shared-socket"));
    const std::string from_environment = "TILL_CONFIG=" + path;
    CHECK(parse({}, {from_environment.c_str()}).get("db") == "file.db");
    CHECK(parse({"--shared-socket=false"}, {from_environment.c_str()}).toggle("shared-socket") ==
          false);
}

TEST_CASE("a wrong command line is refused with advice") {
    CHECK(says(refusal({"--nonsense"}), "There is no flag --nonsense"));
    CHECK(says(refusal({"--db"}), "--db needs a value"));
    CHECK(says(refusal({"--db", "a", "--db", "b"}), "given twice"));
    CHECK(says(refusal({"stray"}), "\"stray\""));
    CHECK(says(refusal({"--shared-socket=maybe"}), "true or false"));
    CHECK(says(refusal({"--threads", "x"}), "whole number from 1 to 64"));
    CHECK(says(refusal({"--threads", "0"}), "whole number"));
    CHECK(says(refusal({"--smtp-password", "secret"}), "There is no flag"));
    CHECK(says(refusal_of([] { parse({"--budget", "1"}, {}, "check"); }), "There is no flag"));
    CHECK(says(refusal_of([] { (void)parse({}).require("db"); }), "Say --db FILE"));
    CHECK(says(refusal_of([] { run_command({"frobnicate"}, nullptr); }), "no command"));
}

TEST_CASE("a wrong configuration file is refused with the line's number") {
    TemporaryDirectory directory;
    const std::string path = directory.file("till.conf");
    const auto refusal_of_file = [&](const char* text) {
        std::ofstream(path) << text;
        return refusal({"--config", path});
    };
    CHECK(
        says(refusal_of_file("db = a\nnonsense = 1\n"), "line 2: there is no option \"nonsense\""));
    CHECK(says(refusal_of_file("just words\n"), "line 1: write name = value"));
    CHECK(says(refusal_of_file("db =\n"), "line 1: db has no value"));
    CHECK(says(refusal_of_file("db = a\ndb = b\n"), "line 2: db stands there twice"));
    CHECK(says(refusal_of_file("config = other\n"), "there is no option"));
    CHECK(says(refusal_of_file("shared-socket = maybe\n"), "line 1: say true or false"));
    CHECK(says(refusal({"--config", directory.file("missing")}), "Cannot read"));
}

TEST_CASE("[CF-1] plain HTTP beyond loopback needs its flag or a certificate") {
    CHECK(says(refusal({"--listen", "0.0.0.0:8000"}), "--allow-plain-http"));
    CHECK(says(refusal({"--listen", "*:8000"}), "--allow-plain-http"));
    CHECK(says(refusal({"--listen", "[::]:8000"}), "--allow-plain-http"));
    CHECK(says(refusal({"--tls-cert", "c"}), "belong together"));
    CHECK(says(refusal({"--listen", "nonsense"}), "HOST:PORT"));
    CHECK(server_config(parse({"--listen", "0.0.0.0:8000", "--allow-plain-http"})).listen.size() ==
          1);
    CHECK(server_config(parse({"--listen", "0.0.0.0:8000", "--tls-cert", "c", "--tls-key", "k"}))
              .tls.enabled());
    CHECK(server_config(parse({})).listen.at(0).to_string() == "127.0.0.1:8000");
    CHECK(server_config(parse({"--listen", "unix:/tmp/x"})).listen.at(0).is_unix());
}

TEST_CASE("proxies, styles and timeouts are checked before anything starts") {
    CHECK(says(refusal({"--trusted-proxy", "10.0.0.1/8"}), "10.0.0.0/8"));
    CHECK(says(refusal({"--list-style", "lists"}), "array or pages"));
    CHECK(says(refusal({"--log-format", "xml"}), "text or json"));
    CHECK(says(refusal({"--idle-timeout", "0"}), "from 1 to 3600"));
    const ServerConfig config = server_config(
        parse({"--trusted-proxy", "10.0.0.0/8", "--trusted-proxy", "unix", "--list-style", "pages",
               "--idle-timeout", "5", "--mount", "/api", "--cors-origin", "https://a.example"}));
    CHECK(config.trusted_proxies.unix_peers);
    CHECK(config.trusted_proxies.blocks.size() == 1);
    CHECK(config.app.list_pages);
    CHECK(config.app.mount == "/api");
    CHECK(config.deadlines.idle == std::chrono::seconds(5));
}

TEST_CASE("half a mail configuration is refused") {
    CHECK(says(refusal({"--smtp", "smtps://mail.example"}), "--mail-from"));
    CHECK(says(refusal({"--mail-from", "a@example.com"}), "add --smtp"));
    CHECK(says(refusal({"--mail-templates", "texts"}), "add --smtp"));
    CHECK(says(refusal({"--smtp-user", "a"}), "add --smtp"));
    CHECK(
        says(refusal({"--mail-dir", "m", "--smtp", "smtps://mail.example"}), "exclude each other"));
    CHECK(says(refusal({"--smtp", "http://mail.example", "--mail-from", "a@example.com"}),
               "smtps://"));
    CHECK(says(refusal({"--smtp", "smtps://m", "--mail-from", "not an address"}), "--mail-from"));
    CHECK(says(refusal({"--smtp", "smtps://m", "--mail-from", "a@b.c", "--smtp-user", "u"}),
               "belong together"));
    CHECK(says(refusal({"--smtp", "smtps://m", "--mail-from", "a@b.c"}, {"TILL_SMTP_PASSWORD=p"}),
               "belong together"));
    TemporaryDirectory directory;
    std::ofstream(directory.file("password")) << "secret\n";
    const MailConfig config =
        mail_config(parse({"--smtp", "smtps://m", "--mail-from", "Shop <a@b.c>", "--smtp-user", "u",
                           "--smtp-password-file", directory.file("password")}));
    CHECK(config.smtp_password == "secret");
    CHECK(mail_config(parse({"--mail-dir", "m"})).enabled());
    CHECK_FALSE(mail_config(parse({})).enabled());
}

TEST_CASE("help names every command and every flag of it") {
    for (const Command& each : all_commands()) {
        CHECK(says(help_text(), each.name));
        for (const char* option : each.options) {
            CHECK(says(help_text(each), ("--" + std::string(option)).c_str()));
        }
    }
}

TEST_CASE("no two nouns take an option or a command of the same name") {
    std::set<std::string_view> names;
    for (const Option& option : all_options()) CHECK(names.insert(option.name).second);
    names.clear();
    for (const Command& each : all_commands()) {
        CHECK(names.insert(each.name).second);
        CHECK((each.run != nullptr));
        for (const char* option : each.options) {
            CHECK(std::any_of(all_options().begin(), all_options().end(), [&](const Option& known) {
                return std::string_view(known.name) == option;
            }));
        }
    }
}
