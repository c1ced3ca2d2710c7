// SPDX-License-Identifier: MIT
// Mails go out by SMTP. The other side is a real socket that speaks it and answers as a test says.
#include "fixture.hpp"
#include "log.hpp"
#include "mailer.hpp"
#include "shop.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <fstream>
#include <mutex>
#include <netinet/in.h>
#include <sstream>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

using namespace till_server_test;

namespace {

// What a mail server says to each step; 0: the usual.
struct Manners {
    int greeting = 0, mail_from = 0, recipient = 0, data = 0, message = 0;
};

class SmtpServer {
public:
    SmtpServer() {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        auto* generic = reinterpret_cast<sockaddr*>(&address);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listener_, generic, size) == 0);
        REQUIRE(::listen(listener_, 8) == 0);
        REQUIRE(::getsockname(listener_, generic, &size) == 0);
        url = "smtp://127.0.0.1:" + std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~SmtpServer() { stop(); }
    SmtpServer(const SmtpServer&) = delete;
    SmtpServer& operator=(const SmtpServer&) = delete;

    // Nobody answers at its port any more.
    void stop() {
        if (!thread_.joinable()) return;
        ::shutdown(listener_, SHUT_RDWR);  // ends accept()
        thread_.join();
        ::close(listener_);
    }
    void behave(const Manners& manners) {
        const std::lock_guard lock(mutex_);
        manners_ = manners;
    }
    // The mails it took, each with its envelope: "MAIL FROM:…\nRCPT TO:…\n" before the text.
    std::vector<std::string> taken() {
        const std::lock_guard lock(mutex_);
        return taken_;
    }

    std::string url;

private:
    void serve() {
        while (true) {
            const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
            if (client < 0) return;
            talk(client);
            ::close(client);
        }
    }

    static void say(int client, int usual, int instead, bool& refused) {
        const int code = instead == 0 ? usual : instead;
        refused = refused || code >= 400;
        const std::string line = std::to_string(code) + " so be it\r\n";
        ::send(client, line.data(), line.size(), MSG_NOSIGNAL);
    }

    // One line without its CRLF; false at the end.
    static bool hear(int client, std::string& line) {
        line.clear();
        char byte = 0;
        while (::recv(client, &byte, 1, 0) == 1) {
            if (byte == '\n') {
                if (line.ends_with('\r')) line.pop_back();
                return true;
            }
            line += byte;
        }
        return false;
    }

    void take(const std::string& mail, const Manners& manners) {
        const std::lock_guard lock(mutex_);
        if (manners.message < 400) taken_.push_back(mail);
    }

    void talk(int client) {
        Manners manners;
        {
            const std::lock_guard lock(mutex_);
            manners = manners_;
        }
        bool refused = false;
        say(client, 220, manners.greeting, refused);
        std::string line, mail;
        while (hear(client, line)) {
            if (line.starts_with("EHLO")) {
                say(client, 250, 0, refused);
            } else if (line.starts_with("MAIL FROM:")) {
                refused = false;
                mail = line + "\n";
                say(client, 250, manners.mail_from, refused);
            } else if (line.starts_with("RCPT TO:")) {
                mail += line + "\n";
                say(client, 250, manners.recipient, refused);
            } else if (line == "DATA") {
                say(client, 354, manners.data, refused);
                if (refused) continue;
                while (hear(client, line) && line != ".") mail += line + "\n";
                take(mail, manners);  // before it says so: the test looks when it has heard it
                say(client, 250, manners.message, refused);
            } else if (line == "QUIT") {
                say(client, 221, 0, refused);
                return;
            } else {
                bool ignored = false;
                say(client, 502, 0, ignored);
            }
        }
    }

    int listener_ = -1;
    std::thread thread_;
    std::mutex mutex_;
    Manners manners_;
    std::vector<std::string> taken_;
};

// A shop with one mail due, sent through `server`, and the log of it.
struct Post {
    TemporaryDirectory directory;
    Log log{directory.file("log"), LogFormat::text};
    SmtpServer server;
    Shop shop;
    Mailer mailer{
        shop.store, make_smtp_transport(config(server.url)), {"Shop", "shop@example.com"}, &log};

    Post() {
        shop.set("public_url", "https://shop.example");
        shop.register_alice();
    }
    static MailConfig config(const std::string& url) {
        MailConfig result;
        result.smtp_url = url;
        result.smtp_plain = true;
        return result;
    }
    bool logged(const std::string& part) const {
        std::ostringstream text;
        text << std::ifstream(directory.file("log")).rdbuf();
        return text.str().find(part) != std::string::npos;
    }
};

}  // namespace

TEST_CASE("a mail arrives at the mail server once, with envelope, text and link") {
    Post post;
    CHECK(post.mailer.send_due() == 1);
    CHECK(post.mailer.send_due() == 0);
    const std::vector<std::string> taken = post.server.taken();
    REQUIRE(taken.size() == 1);
    CHECK(taken[0].starts_with("MAIL FROM:<shop@example.com>"));
    CHECK(taken[0].find("\nRCPT TO:<alice@example.com>\n") != std::string::npos);
    CHECK(taken[0].find("\nSubject: ") != std::string::npos);
    CHECK(taken[0].find("https://shop.example/verify-email/") != std::string::npos);
    post.shop.advance_s(7200);
    CHECK(post.mailer.send_due() == 0);
    CHECK(post.server.taken().size() == 1);
}

TEST_CASE("a mail that the server cannot take now is sent later, at whatever step it said so") {
    for (const Manners& busy :
         {Manners{.greeting = 421}, Manners{.mail_from = 451}, Manners{.recipient = 450},
          Manners{.data = 451}, Manners{.message = 452}, Manners{.greeting = 554}}) {
        Post post;
        post.server.behave(busy);
        CAPTURE(busy.greeting + busy.mail_from + busy.recipient + busy.data + busy.message);
        CHECK(post.mailer.send_due() == 0);
        CHECK(post.logged("warning mail: Message "));
        CHECK(post.logged("It is tried again later."));
        CHECK_FALSE(post.logged("alice"));
        post.server.behave({});
        CHECK(post.mailer.send_due() == 0);  // not before its time
        post.shop.advance_s(3600);
        CHECK(post.mailer.send_due() == 1);
        CHECK(post.server.taken().size() == 1);
    }
}

TEST_CASE("a mail that the server refuses for good is given up, and the log says so") {
    for (const Manners& strict : {Manners{.mail_from = 550}, Manners{.recipient = 550},
                                  Manners{.data = 554}, Manners{.message = 552}}) {
        Post post;
        post.server.behave(strict);
        CAPTURE(strict.mail_from + strict.recipient + strict.data + strict.message);
        CHECK(post.mailer.send_due() == 0);
        CHECK(post.logged("error mail: Message "));
        CHECK(post.logged("last answer was 55"));
        CHECK(post.logged("It is given up."));
        CHECK_FALSE(post.logged("alice"));
        post.server.behave({});
        post.shop.advance_s(7200);
        CHECK(post.mailer.send_due() == 0);
        CHECK(post.server.taken().empty());
    }
}

TEST_CASE("a mail outlives a mail server that is not there") {
    Post post;
    post.server.stop();
    CHECK(post.mailer.send_due() == 0);
    CHECK(post.logged("It is tried again later."));
    SmtpServer later;
    Mailer mailer(post.shop.store, make_smtp_transport(Post::config(later.url)),
                  {"Shop", "shop@example.com"}, &post.log);
    CHECK(mailer.send_due() == 0);  // not before its time
    post.shop.advance_s(3600);
    CHECK(mailer.send_due() == 1);
    CHECK(later.taken().size() == 1);
}
