// SPDX-License-Identifier: MIT
// Passwords and tokens pass through a connection's texts. Nothing of them stays in memory that is
// given back, or in a text that waits for its next request.
#pragma once

#include <algorithm>
#include <cstring>
#include <string>

namespace till_server {

// Empties a text and overwrites what stood in it.
inline void wipe(std::string& text) {
    ::explicit_bzero(text.data(), text.size());
    text.clear();
}

// Room for `more` bytes, so that appending them leaves no copy behind.
inline void make_room(std::string& text, size_t more) {
    if (text.capacity() - text.size() >= more) return;
    std::string grown;
    grown.reserve(std::max(text.size() + more, 2 * text.capacity()));
    grown.append(text);
    text.swap(grown);
    wipe(grown);
}

}  // namespace till_server
