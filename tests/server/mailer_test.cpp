// SPDX-License-Identifier: MIT
// Mails of a real store's outbox.
#include "mailer.hpp"

#include "fixture.hpp"
#include "refusal.hpp"
#include "shop.hpp"

#include <doctest/doctest.h>

using namespace till_server_test;
using namespace till_server;

namespace {

struct Sent {
    std::string to, name, mail;
};

// Keeps what it is given, or refuses.
class RecordingTransport : public MailTransport {
public:
    RecordingTransport(std::vector<Sent>& sent, bool& works) : sent_(sent), works_(works) {}
    MailEncoding encoding() const override { return MailEncoding::eight_bit; }
    Delivery deliver(const std::string&, const std::string& to, const std::string& name,
                     const std::string& mail) override {
        if (!works_) return {"no route", false};
        sent_.push_back({to, name, mail});
        return {};
    }

private:
    std::vector<Sent>& sent_;
    bool& works_;
};

struct RecordedShop : Shop {
    std::vector<Sent> sent;
    bool works = true;

    Mailer mailer() {
        return Mailer(store, std::make_unique<RecordingTransport>(sent, works),
                      {"Shop", "shop@example.com"}, nullptr);
    }
};

}  // namespace

TEST_CASE("a message leaves the outbox once, with its link") {
    RecordedShop shop;
    shop.set("public_url", "https://shop.example");
    shop.register_alice();
    Mailer mailer = shop.mailer();
    CHECK(mailer.send_due() == 1);
    CHECK(mailer.send_due() == 0);
    REQUIRE(shop.sent.size() == 1);
    CHECK(shop.sent[0].to == "alice@example.com");
    CHECK(shop.sent[0].mail.find("\r\nhttps://shop.example/verify-email/") != std::string::npos);
}

TEST_CASE("a message that could not be sent is tried again later") {
    RecordedShop shop;
    shop.set("public_url", "https://shop.example");
    shop.register_alice();
    Mailer mailer = shop.mailer();
    shop.works = false;
    CHECK(mailer.send_due() == 0);
    shop.works = true;
    CHECK(mailer.send_due() == 0);  // not before its time
    shop.advance_s(3600);
    CHECK(mailer.send_due() == 1);
}

TEST_CASE("[AU-3] mails whose links would lead nowhere keep the server from starting") {
    Shop shop;
    CHECK_THROWS_WITH_AS(require_mail_links(shop.store), doctest::Contains("public_url="), Refusal);
    shop.set("public_url", "https://shop.example");
    CHECK_NOTHROW(require_mail_links(shop.store));
}

TEST_CASE("the whole way: a visitor registers over a socket and his order is there") {
    Shop shop;
    ServerConfig config;
    config.listen.push_back(*parse_listen("127.0.0.1:0"));
    Server server(shop.store, config);
    server.start();
    RawClient client(server.port());
    client.send(post("/auth/registration/",
                     "username=bob&password1=correct-horse-battery&password2=correct-horse-battery",
                     "Content-Type: application/x-www-form-urlencoded\r\n"));
    const RawResponse registered = client.read();
    REQUIRE(registered.status == 201);
    const size_t begin = registered.body.find("\"access\":\"") + 10;
    const std::string token =
        registered.body.substr(begin, registered.body.find('"', begin) - begin);
    const std::string bearer = "Authorization: Bearer " + token + "\r\n";
    // A write and a read in one go: the read sees the write.
    client.send(post("/orders/", R"({"product_name":"Tea","quantity":2,"price":"4.50"})",
                     "Content-Type: application/json\r\n" + bearer) +
                get("/orders/", bearer));
    CHECK(client.read().status == 201);
    const RawResponse list = client.read();
    CHECK(list.status == 200);
    CHECK(list.body.find("\"product_name\":\"Tea\"") != std::string::npos);
    client.send("HEAD /orders/ HTTP/1.1\r\nHost: shop\r\n" + bearer + "\r\n");
    CHECK(client.read(true).status == 200);
    CHECK(server.stop());
}
