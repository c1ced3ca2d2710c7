// SPDX-License-Identifier: MIT
// till_parity: replays a file of HTTP cases that were executed against the Django stack on a live
// server with a fresh store each, and says where the answers differ.
#include "replay.hpp"

#include <cstdio>
#include <cstring>
#include <exception>
#include <string>
#include <vector>

namespace {

constexpr const char* usage =
    "usage: till_parity --cases FILE [--cases FILE …] [--only ID] [--quiet] [--verbose]\n"
    "                   [--server-command COMMAND]\n"
    "       till_parity --deviations\n"
    "       till_parity --readme FILE [--write]\n"
    "\n"
    "  --cases FILE   cases, one JSON object a line; repeat it for more files\n"
    "  --only ID      just the case of that id\n"
    "  --quiet        prints no PASS lines\n"
    "  --verbose      prints the answer of each case that does not pass\n"
    "  --server-command COMMAND\n"
    "                 replays against that program: server_process.hpp says how it is told\n"
    "  --deviations   prints what differs from the Django stack on purpose, as Markdown\n"
    "  --readme FILE  compares that list with the one between the file's markers, or writes it "
    "there\n"
    "\n"
    "Ends with 0 when every case passes or is a named deviation, 1 when one fails or asks for\n"
    "something unknown, 2 when the command line or a file is wrong.\n";

}  // namespace

int main(int argc, char** argv) {
    till_parity::ReplayOptions options;
    std::string readme;
    bool write = false;
    for (int i = 1; i < argc; ++i) {
        const std::string word = argv[i];
        if (word == "--deviations") {
            std::fputs(till_parity::deviations_markdown().c_str(), stdout);
            return 0;
        }
        if (word == "--readme" && i + 1 < argc) {
            readme = argv[++i];
        } else if (word == "--server-command" && i + 1 < argc) {
            options.server_command = argv[++i];
        } else if (word == "--write") {
            write = true;
        } else if (word == "--quiet") {
            options.quiet = true;
        } else if (word == "--verbose") {
            options.verbose = true;
        } else if ((word == "--cases" || word == "--only") && i + 1 < argc) {
            (word == "--cases" ? options.files : options.only).emplace_back(argv[++i]);
        } else {
            std::fputs(usage, word == "--help" ? stdout : stderr);
            return word == "--help" ? 0 : 2;
        }
    }
    if (options.files.empty() == readme.empty()) {
        std::fputs(usage, stderr);
        return 2;
    }
    try {
        if (!readme.empty()) {
            if (till_parity::is_listed_in(readme, write)) return 0;
            std::fprintf(stderr, "till_parity: the list in %s is not this one: add --write\n",
                         readme.c_str());
            return 1;
        }
        return till_parity::replay(options) ? 0 : 1;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "till_parity: %s\n", error.what());
        return 2;
    }
}
