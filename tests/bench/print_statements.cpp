// SPDX-License-Identifier: MIT
//
// Prints the library's statements as rows of a C array, so that the raw side of the benchmark runs
// the same text.
#include "core/event_log.hpp"
#include "core/idempotency.hpp"
#include "core/order_table.hpp"
#include "core/store.hpp"
#include "core/totals_table.hpp"

#include <cstdio>
#include <initializer_list>
#include <span>

namespace {

void print(std::span<const till::sql::Sql* const> statements) {
    for (const till::sql::Sql* each : statements) {
        std::printf("{\"%s\", \"", each->name);
        for (const char* c = each->text; *c != '\0'; ++c) {
            if (*c == '"' || *c == '\\') std::putchar('\\');
            std::putchar(*c == '\n' ? ' ' : *c);
        }
        std::printf("\"},\n");
    }
}

}  // namespace

int main() {
    for (const auto statements :
         {till::core::actor_statements(), till::core::event_log_statements(),
          till::core::idempotency_statements(), till::core::order_statements(),
          till::core::totals_statements()}) {
        print(statements);
    }
    return 0;
}
