// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace till::crypto {

// Overwrites the bytes; the compiler cannot leave it out.
void wipe(std::span<std::byte> bytes) noexcept;
inline void wipe(std::string& text) noexcept {
    wipe(std::as_writable_bytes(std::span<char>(text.data(), text.size())));
    text.clear();
}

// Compares in a time that depends on the lengths alone. Different lengths are unequal.
bool equal(std::span<const std::byte> a, std::span<const std::byte> b) noexcept;

// N bytes that are wiped when they go.
template <std::size_t N>
class Secret {
public:
    Secret() = default;
    explicit Secret(std::span<const std::byte, N> bytes) noexcept {
        for (std::size_t i = 0; i < N; ++i) bytes_[i] = bytes[i];
    }
    Secret(const Secret&) = default;
    Secret& operator=(const Secret&) = default;
    ~Secret() { wipe(bytes_); }

    std::span<std::byte, N> bytes() noexcept { return bytes_; }
    std::span<const std::byte, N> bytes() const noexcept { return bytes_; }

private:
    std::array<std::byte, N> bytes_{};
};

// A text that is wiped when it goes (a password after normalisation).
class SecretText {
public:
    explicit SecretText(std::string text) : text_(std::move(text)) {
        // A short text was copied, not moved: the bytes of its first place are wiped, too.
        // NOLINTNEXTLINE(bugprone-use-after-move,clang-analyzer-cplusplus.Move)
        text.resize(text.capacity());
        wipe(text);
    }
    SecretText(const SecretText&) = delete;
    SecretText& operator=(const SecretText&) = delete;
    ~SecretText() { wipe(text_); }

    std::string_view view() const noexcept { return text_; }

private:
    std::string text_;
};

}  // namespace till::crypto
