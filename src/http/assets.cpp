// SPDX-License-Identifier: MIT
#include "http/assets.hpp"

#include "http/text.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

namespace till::http {

namespace {

// FNV-1a: tells versions of our own files apart, nobody's attack.
std::uint64_t digest(std::string_view bytes) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (const char byte : bytes) {
        hash ^= static_cast<unsigned char>(byte);
        hash *= 0x100000001b3;
    }
    return hash;
}

std::string tag_of(const Asset& asset) {
    static constexpr std::string_view digits = "0123456789abcdef";
    std::string tag = "\"";
    for (std::uint64_t rest = digest(asset.gzip); rest != 0; rest >>= 4) tag += digits[rest & 15];
    return tag += '"';
}

// Made once: the files do not change while the library is loaded.
const std::string& tag_at(std::size_t index) {
    static const std::vector<std::string> tags = [] {
        std::vector<std::string> all;
        for (const Asset& asset : assets()) all.push_back(tag_of(asset));
        return all;
    }();
    return tags[index];
}

// RFC 9110, 12.5.3: absent means that any will do.
bool takes(std::string_view accepted, std::string_view coding) {
    if (accepted.data() == nullptr) return true;
    bool is_any_taken = coding == "identity";
    while (!accepted.empty()) {
        const std::size_t comma = std::min(accepted.find(','), accepted.size());
        const std::string_view one = accepted.substr(0, comma);
        accepted.remove_prefix(std::min(comma + 1, accepted.size()));
        const std::string_view quality = media_parameter(one, "q").value_or("1");
        const bool is_refused = quality.find_first_not_of("0.") == std::string_view::npos;
        const std::string_view name = media_type(one);
        if (equal_ignoring_case(name, coding)) return !is_refused;
        if (name == "*") is_any_taken = !is_refused;
    }
    return is_any_taken;
}

}  // namespace

const Asset* find_asset(std::string_view name) noexcept {
    for (const Asset& asset : assets()) {
        if (asset.name == name) return &asset;
    }
    return nullptr;
}

void answer_asset(Exchange& x, std::string_view name, std::string_view policy) {
    const Asset* asset = find_asset(name);
    if (asset == nullptr) {
        x.reply.not_found_page();
        return;
    }
    const bool is_gzip = takes(x.request.accept_encoding, "gzip");
    if (!is_gzip && asset->identity.empty()) {
        x.reply.fail(406, "This file is kept as gzip: accept that encoding.");
        return;
    }
    x.reply.is_cacheable = true;
    // The page of tomorrow may come with another library: asked about each time, answered 304.
    x.reply.header("Cache-Control", asset->is_pinned && x.request.query.starts_with("v=")
                                        ? "public, max-age=31536000, immutable"
                                        : "no-cache");
    x.reply.header("Content-Security-Policy", policy);
    x.reply.header("Cross-Origin-Opener-Policy", "same-origin");
    x.reply.header("Vary", "Accept-Encoding");
    const std::string& tag = tag_at(static_cast<std::size_t>(asset - assets().data()));
    x.reply.header("ETag", tag);
    if (x.request.if_none_match.find(tag) != std::string_view::npos) {
        x.reply.status = 304;
        return;
    }
    x.reply.content_type = asset->media_type;
    if (is_gzip) x.reply.header("Content-Encoding", "gzip");
    x.reply.body = is_gzip ? asset->gzip : asset->identity;
}

bool redirect_to_slash(Exchange& x, std::string_view page) {
    if (x.request.path.ends_with('/')) return false;
    x.reply.status = 308;
    x.reply.content_type = html_type;
    x.reply.header_copy("Location", std::string(x.app.mount).append(page));
    return true;
}

}  // namespace till::http
