// SPDX-License-Identifier: MIT
#include "sql/sqlite/migrations.hpp"

#include "base/error.hpp"
#include "base/on_exit.hpp"
#include "sql/sqlite/connection.hpp"
#include "sql/sqlite/store_file.hpp"

#include <string>

namespace till::sqlite {

void migrate(Connection& connection, std::span<const Migration> migrations,
             std::int32_t from_version, FunctionRef<void(Connection&)> after_first) {
    std::int32_t version = from_version;
    for (const Migration& migration : migrations) {
        if (migration.version <= version) continue;
        TILL_ASSERT(migration.version == version + 1);
        const OnExit undo([&] { connection.roll_back(); });  // unless it was committed
        connection.execute("BEGIN IMMEDIATE", "begin a migration");
        connection.execute(migration.text, "migrate the store");
        if (migration.version == 1) after_first(connection);
        // Both numbers live in the file's header and so belong to the transaction.
        const std::string numbers = "PRAGMA application_id = " + std::to_string(application_id) +
                                    "; PRAGMA user_version = " + std::to_string(migration.version);
        connection.execute(numbers.c_str(), "number the schema");
        connection.execute("COMMIT", "commit a migration");
        version = migration.version;
    }
}

}  // namespace till::sqlite
