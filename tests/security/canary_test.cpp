// SPDX-License-Identifier: MIT
//
// Row DA-2. Goal: after the calls no secret is left where it does not belong. Method: a C program
// (canary.c) handles recognisable secrets through each door and stands still; then its whole
// memory, as a core file would hold it, the store's files, and all that was logged, refused or kept
// as an event are searched for them in every spelling.
#include "c_api/files.hpp"
#include "c_api/totp.hpp"
#include "security/door.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <fcntl.h>
#include <fstream>
#include <iterator>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <vector>

using namespace security;

namespace {

// Written so that the texts stand nowhere in this file as they are searched for.
const std::string password = std::string("canary-") + "Passw0rd-" + std::to_string(4711);
const std::string new_password = std::string("canary-") + "An0ther-" + std::to_string(4712);

// A sanitizer keeps freed memory and dead frames for a while, beyond what the library can wipe.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool memory_is_ours = false;
#else
constexpr bool memory_is_ours = true;
#endif

class Canary {
public:
    explicit Canary(const std::string& mode, const std::string& database) {
        std::array<int, 2> down{};
        std::array<int, 2> up{};
        REQUIRE(::pipe2(down.data(), O_CLOEXEC) == 0);
        REQUIRE(::pipe2(up.data(), O_CLOEXEC) == 0);
        posix_spawn_file_actions_t actions;
        posix_spawn_file_actions_init(&actions);
        posix_spawn_file_actions_adddup2(&actions, down[0], 0);
        posix_spawn_file_actions_adddup2(&actions, up[1], 1);
        std::string program = TILL_CANARY;
        const std::array<char*, 2> arguments{program.data(), nullptr};
        // Binding a symbol late saves the vector registers on the stack: what was copied last.
        std::string bind_now = "LD_BIND_NOW=1";
        std::vector<char*> environment{bind_now.data()};
        for (char** each = environ; *each != nullptr; ++each) environment.push_back(*each);
        environment.push_back(nullptr);
        REQUIRE(::posix_spawn(&pid_, program.c_str(), &actions, nullptr, arguments.data(),
                              environment.data()) == 0);
        posix_spawn_file_actions_destroy(&actions);
        ::close(down[0]);
        ::close(up[1]);
        to_ = down[1];
        from_ = ::fdopen(up[0], "r");
        send(mode + "\n" + database + "\n" + password + "\n" + new_password + "\n");
        for (std::string text = next(); text != "ready"; text = next()) {
            if (text.rfind("totp ", 0) == 0) {
                secret = text.substr(5);
                send(abi::totp(secret, now_us()) + "\n");
            } else if (text.rfind("code ", 0) == 0) {
                codes.push_back(text.substr(5));
            } else {
                tokens.push_back(text);
            }
        }
    }
    Canary(const Canary&) = delete;
    Canary& operator=(const Canary&) = delete;
    ~Canary() {
        ::close(to_);
        std::fclose(from_);
        ::waitpid(pid_, nullptr, 0);
    }
    void close_store() {
        send("c");
        REQUIRE(next() == "closed");
    }
    // Everything writable that is mapped: what a core file holds.
    std::string memory() const {
        const std::string directory = "/proc/" + std::to_string(pid_);
        std::ifstream maps(directory + "/maps");
        const int descriptor = ::open((directory + "/mem").c_str(), O_RDONLY | O_CLOEXEC);
        REQUIRE(descriptor >= 0);
        std::string all;
        for (std::string line; std::getline(maps, line);) {
            std::uint64_t begin = 0;
            std::uint64_t end = 0;
            char dash = 0;
            std::string mode;
            std::istringstream words(line);
            words >> std::hex >> begin >> dash >> end >> mode;
            if (mode.find('w') == std::string::npos) continue;
            all += "\n" + line + "\n";
            // Piece by piece: one page that cannot be read hides no other.
            constexpr std::uint64_t piece = 65536;
            for (std::uint64_t at = begin; at < end; at += piece) {
                std::string part(std::min(piece, end - at), '\0');
                const ssize_t size =
                    ::pread(descriptor, part.data(), part.size(), static_cast<off_t>(at));
                if (size > 0) all.append(part, 0, static_cast<std::size_t>(size));
            }
        }
        ::close(descriptor);
        REQUIRE(all.size() > 100'000);
        return all;
    }

    std::vector<std::string> tokens;
    std::string secret;  // of the second factor
    std::vector<std::string> codes;

private:
    static std::int64_t now_us() {
        return std::chrono::duration_cast<std::chrono::microseconds>(
                   std::chrono::system_clock::now().time_since_epoch())
            .count();
    }
    void send(const std::string& text) {
        REQUIRE(::write(to_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
    }
    std::string next() {
        std::array<char, 4096> line{};
        REQUIRE(std::fgets(line.data(), line.size(), from_) != nullptr);
        std::string text = line.data();
        text.pop_back();
        return text;
    }

    pid_t pid_ = 0;
    int to_ = -1;
    std::FILE* from_ = nullptr;
};

// A secret in base32, its bytes and their digits; none of an empty one.
std::vector<std::string> base32_spellings(const std::string& letters) {
    if (letters.empty()) return {};
    const std::string bytes = abi::from_base32(letters);
    return {letters, bytes, to_hex(bytes)};
}

// What must be found nowhere: the passwords; of access tokens the signature, which makes them; of
// the opaque ones the text, the bytes and their digits, whole and in halves; of the second factor
// its secret and the recovery codes, as shown, as letters and as bytes.
std::vector<std::string> needles(const Canary& canary) {
    std::vector<std::string> all{password, new_password};
    for (const std::string& token : canary.tokens) {
        if (token.find('.') != std::string::npos) {
            all.push_back(token);
            all.push_back(token.substr(token.rfind('.') + 1));
            continue;
        }
        // An API key is a word and then its secret.
        const std::string word = "till_key_";
        const bool is_key = token.rfind(word, 0) == 0;
        const std::string opaque = is_key ? token.substr(word.size()) : token;
        const std::string bytes = from_base64url(opaque);
        for (const std::string& each : spellings(opaque)) all.push_back(each);
        all.push_back(bytes.substr(0, 16));
        all.push_back(bytes.substr(bytes.size() - 16));
    }
    for (const std::string& each : base32_spellings(canary.secret)) all.push_back(each);
    for (const std::string& code : canary.codes) {
        std::string letters;
        for (const char letter : code) {
            if (letter != '-') letters += letter >= 'a' ? static_cast<char>(letter - 32) : letter;
        }
        all.push_back(code);
        for (const std::string& each : base32_spellings(letters)) all.push_back(each);
    }
    return all;
}

std::string read_file(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

void expect_nowhere(const std::vector<std::string>& secrets, const std::string& where,
                    const char* name) {
    CAPTURE(name);
    for (const std::string& secret : secrets) {
        const std::size_t at = where.find(secret);
        // What stands around it says whose it was.
        const std::size_t begin = at == std::string::npos || at < 64 ? 0 : at - 64;
        std::string around = at == std::string::npos ? "" : where.substr(begin, 256);
        for (char& c : around) {
            if (c < ' ' || c > '~') c = '.';
        }
        CAPTURE(around);
        const std::string shown = to_hex(secret);
        CAPTURE(shown);
        CAPTURE(secret);
        CHECK(at == std::string::npos);
    }
}

void search(const std::string& mode) {
    const abi::Directory directory;
    const std::string path = directory.file("shop.db");
    Canary canary(mode, path);
    REQUIRE(canary.tokens.size() >= 8);
    REQUIRE(canary.codes.size() == 10);
    const std::vector<std::string> secrets = needles(canary);
    if (memory_is_ours) expect_nowhere(secrets, canary.memory(), "memory after the calls");
    const std::string files = bytes_of_store(path);
    CHECK(files.find("alice@example.com") != std::string::npos);  // the search does find
    expect_nowhere(secrets, files, "the store's files");
    const std::string spoken = read_file(path + ".spoken");
    CHECK(spoken.find("session.opened") != std::string::npos);
    expect_nowhere(secrets, spoken, "logs, errors, events");
    canary.close_store();
    if (memory_is_ours) expect_nowhere(secrets, canary.memory(), "memory after closing");
}

}  // namespace

TEST_CASE("[DA-2] no secret stays in memory, files, logs, errors or events<c_api>") {
    search("c_api");
}

TEST_CASE("[DA-2] no secret stays in memory, files, logs, errors or events<http>") {
    search("http");
}

TEST_CASE("the search finds what a program did not wipe") {
    if (!memory_is_ours) return;  // A sanitizer's shadow is terabytes, and is mapped writable.
    const abi::Directory directory;
    const Canary canary("leaky", directory.file("shop.db"));
    CHECK(canary.memory().find(new_password) != std::string::npos);
}
