// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include "refusal.hpp"

#include <cstdio>
#include <exception>
#include <sys/prctl.h>
#include <sys/resource.h>

extern "C" char** environ;

namespace {

// Passwords and keys pass through this memory: no core file gets it, and no other process of the
// same user may read it.
void keep_memory_private() {
    const rlimit none{0, 0};
    if (::setrlimit(RLIMIT_CORE, &none) != 0 || ::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
        throw till_server::Refusal("Core dumps cannot be switched off.");
    }
}

}  // namespace

int main(int argc, char** argv) {
    try {
        keep_memory_private();
        return till_server::run_command({argv + 1, argv + argc}, environ);
    } catch (const till_server::Refusal& refusal) {
        std::fprintf(stderr, "till-server: %s\n", refusal.what());
        return refusal.exit_code();
    } catch (const std::exception& failure) {
        std::fprintf(stderr, "till-server: %s\n", failure.what());
        return till_server::exit_failed;
    }
}
