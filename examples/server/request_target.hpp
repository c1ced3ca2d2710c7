// SPDX-License-Identifier: MIT
// Request targets and hosts: one form in, or a refusal.
#pragma once

#include <string>
#include <string_view>

namespace till_server {

struct TargetProblem {
    const char* detail = nullptr;  // NULL: nothing wrong
};

// host [":" port] of RFC 3986, without user information; not empty.
bool is_valid_authority(std::string_view authority);

// Writes the origin form ("/path?query") of `target`, or "*" for OPTIONS *. The absolute form is
// accepted when it names the Host of the request. Paths that different programs resolve differently
// (encoded slashes, dots or NUL, dot segments, back slashes, broken escapes) are refused.
TargetProblem normalise_target(std::string_view method, std::string_view target,
                               std::string_view host, std::string& origin_form);

}  // namespace till_server
