// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <string_view>

namespace till {

// What stands for one client among addresses: an IPv4 address (also one mapped into IPv6), or the
// /64 of an IPv6 address, whose owner has all of it (RFC 6177). Any other text is taken as it is.
std::string client_source(std::string_view address);

}  // namespace till
