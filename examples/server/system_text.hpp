// SPDX-License-Identifier: MIT
#pragma once

#include <cstring>
#include <string>

namespace till_server {

// What an errno says. Unlike strerror() it shares no buffer between threads.
inline std::string system_text(int error) {
    const char* text = ::strerrordesc_np(error);
    return text != nullptr ? text : "error " + std::to_string(error);
}

}  // namespace till_server
