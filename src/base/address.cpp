// SPDX-License-Identifier: MIT
#include "base/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace till {

std::string client_source(std::string_view address) {
    const std::string text(address);
    in6_addr six{};
    if (::inet_pton(AF_INET6, text.c_str(), &six) == 1) {
        const auto* bytes = reinterpret_cast<const char*>(six.s6_addr);
        if (IN6_IS_ADDR_V4MAPPED(&six)) return std::string("4:").append(bytes + 12, 4);
        return std::string("6:").append(bytes, 8);
    }
    in_addr four{};
    if (::inet_pton(AF_INET, text.c_str(), &four) == 1) {
        return std::string("4:").append(reinterpret_cast<const char*>(&four.s_addr), 4);
    }
    return text;
}

}  // namespace till
