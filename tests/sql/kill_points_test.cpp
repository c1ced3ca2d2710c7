// SPDX-License-Identifier: MIT
//
// A process is killed before every single system call that changes a file, while it creates,
// migrates or restores a store. Whatever it leaves: the path opens, and holds one of the stores it
// may hold, whole; what was in the making is gone.
//
// Method: a forked child is traced. Its n-th changing call is its last, for n = 1, 2, … until it
// ends by itself. Nothing is injected into the library.
#include "sql/child.hpp"
#include "sql/sqlite/migrations.hpp"
#include "sql/sqlite/restore.hpp"
#include "sql/support.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <functional>
#include <set>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <vector>

using namespace till;
using namespace till::testing;
namespace fs = std::filesystem;

namespace {

bool changes_a_file(const __ptrace_syscall_info& info) {
    switch (info.entry.nr) {
        case SYS_openat:
            return (info.entry.args[2] & (O_CREAT | O_TRUNC)) != 0;
#ifdef SYS_open
        case SYS_open:
            return (info.entry.args[1] & (O_CREAT | O_TRUNC)) != 0;
        case SYS_rename:
        case SYS_unlink:
        case SYS_link:
        case SYS_mkdir:
        case SYS_creat:
#endif
        case SYS_renameat2:
        case SYS_unlinkat:
        case SYS_linkat:
        case SYS_write:
        case SYS_pwrite64:
        case SYS_ftruncate:
        case SYS_fallocate:
        case SYS_fsync:
        case SYS_fdatasync:
        case SYS_fchmod:
            return true;
        default:
            return false;
    }
}

enum class End { killed, finished, untraceable };

// Traces a process that waits to be traced, up to its `at`-th changing call.
End trace(::pid_t pid, std::int64_t at) {
    int status = 0;
    std::int64_t seen = 0;
    REQUIRE(::waitpid(pid, &status, 0) == pid);
    if (!WIFSTOPPED(status)) return End::untraceable;
    REQUIRE(::ptrace(PTRACE_SETOPTIONS, pid, 0, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) == 0);
    for (int signal = 0;;) {
        REQUIRE(::ptrace(PTRACE_SYSCALL, pid, 0, signal) == 0);
        REQUIRE(::waitpid(pid, &status, 0) == pid);
        if (WIFEXITED(status)) {
            REQUIRE(WEXITSTATUS(status) == 0);
            return End::finished;
        }
        REQUIRE(WIFSTOPPED(status));
        const bool in_call = WSTOPSIG(status) == (SIGTRAP | 0x80);
        signal = in_call ? 0 : WSTOPSIG(status);
        if (!in_call) continue;
        __ptrace_syscall_info info{};
        REQUIRE(::ptrace(PTRACE_GET_SYSCALL_INFO, pid, sizeof info, &info) > 0);
        if (info.op != PTRACE_SYSCALL_INFO_ENTRY || !changes_a_file(info) || ++seen < at) continue;
        REQUIRE(::kill(pid, SIGKILL) == 0);
        while (::waitpid(pid, &status, 0) == pid && !WIFSIGNALED(status)) {
        }
        return End::killed;
    }
}

// Forked while no other thread runs and no store is open.
End run_until(std::int64_t at, const std::function<void()>& body) {
    const ::pid_t pid = ::fork();
    REQUIRE(pid >= 0);
    if (pid != 0) return trace(pid, at);
    if (::ptrace(PTRACE_TRACEME, 0, 0, 0) != 0) ::_exit(98);
    ::raise(SIGSTOP);
    try {
        body();
    } catch (const std::exception&) {
        ::_exit(99);
    }
    ::_exit(0);
}

// The names beside the store, without what an open store needs.
std::set<std::string> left_beside(const std::string& path) {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(fs::path(path).parent_path())) {
        const std::string name = entry.path().filename();
        if (name != "shop.db" && name != "shop.db-lock") names.insert(name);
    }
    return names;
}

// Kills at every call in turn; gives how many there were.
std::int64_t kill_everywhere(const std::function<void(const std::string& path)>& prepare,
                             const std::function<void(const std::string& path)>& body,
                             const std::function<void(const std::string& path)>& judge) {
    for (std::int64_t at = 1;; ++at) {
        CAPTURE(at);
        const TempDir directory;
        const std::string path = directory.file("shop.db");
        prepare(path);
        const End end = run_until(at, [&] { body(path); });
        if (end == End::untraceable) {
            MESSAGE("skipped: this process may not trace its children");
            return 0;
        }
        std::string left;
        for (const std::string& name : left_beside(path)) left += name + " ";
        CAPTURE(left);
        judge(path);
        if (end == End::finished) return at - 1;
    }
}

void make_store(const std::string& path, const char* value) { set(*open_at(path), "which", value); }

void require_sound(sql::Database& store) { CHECK(store.check(in_seconds(20)).problems == ""); }

const std::array two_migrations{
    sqlite::shipped_migrations().front(),
    sqlite::Migration{2, "0002_more",
                      "CREATE TABLE more (id INTEGER PRIMARY KEY) STRICT;"
                      "INSERT INTO more (id) VALUES (7);"}};

std::unique_ptr<sql::Database> open_migrated(const std::string& path) {
    static const os::SystemClock clock;
    static os::SystemRandom random;
    sqlite::OpenOptions options;
    options.path = path;
    options.testing = true;
    return sqlite::open_store_with(options, clock, random, two_migrations);
}

}  // namespace

TEST_CASE("a process killed anywhere in a creation leaves nothing or a whole store") {
    const std::int64_t calls =
        kill_everywhere([](const std::string&) {}, [](const std::string& path) { open_at(path); },
                        [](const std::string& path) {
                            {
                                const auto store = open_at(path);
                                set(*store, "which", "made anew");
                                CHECK(get(*store, "which") == "made anew");
                                require_sound(*store);
                            }
                            CHECK(left_beside(path).empty());
                        });
    MESSAGE(calls << " calls that change a file");
    CHECK((calls == 0 || calls > 20));
}

TEST_CASE("a process killed anywhere in a migration leaves the old store or the new one") {
    const std::int64_t calls = kill_everywhere(
        [](const std::string& path) { make_store(path, "old"); },
        [](const std::string& path) { open_migrated(path); },
        [](const std::string& path) {
            {
                const auto store = open_migrated(path);
                CHECK(get(*store, "which") == "old");
                static const sql::Sql count_more{"test_count_more", "SELECT id FROM more"};
                CHECK(count(*store, count_more) == 7);
                require_sound(*store);
            }
            // Copies of the old store that are whole, one or, after a late kill, two.
            const auto names = left_beside(path);
            CHECK(!names.empty());
            for (const std::string& name : names) {
                CAPTURE(name);
                CHECK(name.rfind("shop.db.before-v2", 0) == 0);
                const auto copy = open_at(fs::path(path).parent_path() / name);
                CHECK(get(*copy, "which") == "old");
                require_sound(*copy);
            }
        });
    MESSAGE(calls << " calls that change a file");
    CHECK((calls == 0 || calls > 20));
}

TEST_CASE("a process killed anywhere in a restore leaves the old store or the new one, whole") {
    std::set<std::string> seen;
    const std::int64_t calls = kill_everywhere(
        [](const std::string& path) {
            make_store(path, "new");
            open_at(path)->backup(path + ".backup", in_seconds(20));
            fs::remove(path);
            // The old store, as a killed process leaves it: its last words are in the log alone.
            make_store(path, "older");
            Child killed([&](Child& child) {
                const auto store = open_at(path);
                set(*store, "which", "old");
                child.send(1);
                ::pause();
                return 0;
            });
            REQUIRE(killed.receive() == 1);
            killed.signal(SIGKILL);
            killed.wait();
            REQUIRE(fs::file_size(path + "-wal") > 0);
        },
        [](const std::string& path) {
            const os::SystemClock clock;
            sqlite::RestoreOptions options;
            options.from = path + ".backup";
            options.to = path;
            sqlite::restore_store(options, clock);
        },
        [&](const std::string& path) {
            {
                const auto store = open_at(path);
                const std::string which = get(*store, "which");
                CHECK((which == "old" || which == "new"));
                seen.insert(which);
                require_sound(*store);
            }
            for (const std::string& name : left_beside(path)) {
                CAPTURE(name);
                if (name == "shop.db.backup") continue;
                // The old store, kept aside whole; its log may have come first.
                CHECK(name.rfind("shop.db.replaced-", 0) == 0);
                if (name.ends_with("-wal")) continue;
                const auto kept = open_at(fs::path(path).parent_path() / name);
                CHECK(get(*kept, "which") == "old");
                require_sound(*kept);
            }
        });
    MESSAGE(calls << " calls that change a file");
    CHECK((calls == 0 || seen == std::set<std::string>{"new", "old"}));
}
