// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace till_parity {

struct ReplayOptions {
    std::string server_command;  // empty: the server of this program
    std::vector<std::string> files;
    std::vector<std::string> only;
    bool quiet = false;
    bool verbose = false;
};

// Prints a verdict a case and the totals. False when a case fails or is unsupported.
bool replay(const ReplayOptions& options);

// What differs from the Django stack on purpose.
std::string deviations_markdown();

// Whether a file has that list between its markers; with `write` it is put there. Throws when the
// file has no markers.
bool is_listed_in(const std::string& path, bool write);

}  // namespace till_parity
