// SPDX-License-Identifier: MIT
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>
#include <vector>

// What settings of text have to look like beyond their length. Each appends a violation at `path`
// for everything that is broken; the value is not empty.
namespace till::domain {

// An IANA name by its form. Whether there is such a zone is the machine's to say (base/os_files).
void check_time_zone(std::vector<Violation>& violations, const std::string& path,
                     std::string_view name);
void check_default_locale(std::vector<Violation>& violations, const std::string& path,
                          std::string_view tag);
// http or https, host and perhaps port: links and CORS origins are compared with it as it stands.
void check_public_url(std::vector<Violation>& violations, const std::string& path,
                      std::string_view url);
// Links into which {token}, or {key}, is filled; of the shop's site or of an app's own scheme.
void check_password_reset_link(std::vector<Violation>& violations, const std::string& path,
                               std::string_view pattern);
void check_email_verification_link(std::vector<Violation>& violations, const std::string& path,
                                   std::string_view pattern);

}  // namespace till::domain
