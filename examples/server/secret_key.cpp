// SPDX-License-Identifier: MIT
#include "secret_key.hpp"

#include "refusal.hpp"
#include "system_text.hpp"
#include "wipe.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace till_server {

namespace {

constexpr size_t key_size = 32;
constexpr size_t line_size = 2 * key_size;

int digit_of(char letter) {
    if (letter >= '0' && letter <= '9') return letter - '0';
    if (letter >= 'a' && letter <= 'f') return letter - 'a' + 10;
    if (letter >= 'A' && letter <= 'F') return letter - 'A' + 10;
    return -1;
}

// False: not 64 hex digits on a line alone.
bool parse(std::string_view line, std::string& key) {
    if (line.size() < line_size) return false;
    const std::string_view rest = line.substr(line_size);
    if (!rest.empty() && rest != "\n" && rest != "\r\n") return false;
    key.reserve(key_size);
    for (size_t i = 0; i < line_size; i += 2) {
        const int high = digit_of(line[i]);
        const int low = digit_of(line[i + 1]);
        if (high < 0 || low < 0) return false;
        key += static_cast<char>(high * 16 + low);
    }
    return true;
}

}  // namespace

SecretKey::SecretKey(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        throw Refusal("Cannot read --secret-key-file " + path + ": " + system_text(errno) + ".");
    }
    struct stat status {};
    std::array<char, line_size + 3> text{};  // a line's end, and a byte more to see that it is one
    const bool known = ::fstat(file, &status) == 0;
    const bool is_private = known && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
    const ssize_t size = is_private ? ::read(file, text.data(), text.size()) : -1;
    ::close(file);
    if (!is_private) {
        throw Refusal("Others than its owner may read or write --secret-key-file " + path +
                      ": say chmod 600 " + path + ".");
    }
    const bool good =
        size > 0 && parse(std::string_view(text.data(), static_cast<size_t>(size)), bytes_);
    ::explicit_bzero(text.data(), text.size());
    if (!good) {
        wipe(bytes_);
        throw Refusal("--secret-key-file " + path +
                      " must hold 64 hex digits, as openssl rand -hex 32 makes them, and nothing "
                      "else.");
    }
}

SecretKey::~SecretKey() { wipe(bytes_); }

}  // namespace till_server
