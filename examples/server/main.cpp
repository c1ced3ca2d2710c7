// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "refusal.hpp"

#include <cstdio>
#include <exception>

extern "C" char** environ;

int main(int argc, char** argv) {
    try {
        return till_server::run_command({argv + 1, argv + argc}, environ);
    } catch (const till_server::Refusal& refusal) {
        std::fprintf(stderr, "till-server: %s\n", refusal.what());
        return refusal.exit_code();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "till-server: %s\n", failure.what());
        return till_server::exit_failed;
    }
}
