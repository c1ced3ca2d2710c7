// SPDX-License-Identifier: MIT
#include "sql/sqlite/registry.hpp"

#include "base/fork_guard.hpp"
#include "base/on_exit.hpp"
#include "sql/sqlite/errors.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <optional>
#include <utility>

namespace till::sqlite {

namespace {

// One file that this process has open, or is opening or closing. Everything but the lock's use is
// guarded by the registry's mutex.
struct Site {
    explicit Site(os::LockFile lock_file) : lock(std::move(lock_file)) {}
    ProcessLock lock;
    std::optional<os::FileId> file;  // once it exists
    std::weak_ptr<Engine> engine;
};

struct Registry {
    explicit Registry(std::uint64_t made_in) : generation(made_in) {}
    const std::uint64_t generation;
    std::mutex mutex;
    std::condition_variable changed;
    std::list<Site> sites;
    Registry* parents = nullptr;  // that of the process this one was forked from
};

// Constant-initialised and never destroyed: stores may be opened by static initialisers and
// released by static destructors.
constinit std::atomic<Registry*> current{nullptr};

Registry& registry() {
    const std::uint64_t generation = os::process_generation();
    Registry* found = current.load(std::memory_order_acquire);
    while (found == nullptr || found->generation != generation) {
        auto fresh = std::make_unique<Registry>(generation);
        fresh->parents = found;  // kept as it was at the fork
        if (current.compare_exchange_strong(found, fresh.get(), std::memory_order_acq_rel)) {
            return *fresh.release();
        }
    }
    return *found;
}

// SQLite's own bookkeeping of a file that the parent had open came along with the fork and is wrong
// in the child: it believes in locks that the child does not hold.
void refuse_inherited(const Registry& own, const std::optional<os::FileId>& file,
                      const std::optional<os::FileId>& lock_file) {
    for (Registry* parent = own.parents; parent != nullptr; parent = parent->parents) {
        // If another thread of the parent held the mutex at the fork, its list may be half changed.
        std::unique_lock hold(parent->mutex, std::try_to_lock);
        bool inherited = !hold.owns_lock();
        if (!inherited) {
            for (const Site& site : parent->sites) {
                inherited = inherited || (file && site.file == file) ||
                            (lock_file && site.lock.id() == *lock_file);
            }
        }
        if (inherited) {
            throw make_failure(
                Status::forked, "store_forked",
                "The parent process had stores open at the fork. Open this one before "
                "them, or run another program with exec.");
        }
    }
}

std::optional<os::FileId> id_of(const std::string& path) {
    const std::optional<os::FileInfo> info = os::look_at(path);
    if (!info) return std::nullopt;
    return info->id;
}

Site* find(Registry& own, const StorePath& path) {
    const std::optional<os::FileId> file = id_of(path.file);
    const std::optional<os::FileId> lock_file = id_of(path.lock());
    refuse_inherited(own, file, lock_file);
    for (Site& site : own.sites) {
        if ((lock_file && site.lock.id() == *lock_file) || (file && site.file == file))
            return &site;
    }
    return nullptr;
}

void wait_for_change(Registry& own, std::unique_lock<std::mutex>& hold, std::int64_t deadline_us) {
    const std::chrono::steady_clock::time_point until{std::chrono::microseconds(deadline_us)};
    if (own.changed.wait_until(hold, until) == std::cv_status::timeout) {
        throw make_failure(Status::busy, "store_busy",
                           "Another thread opens or closes this store. Try again.", true);
    }
}

// Takes the site out and closes the lock file, which drops every lock of this process on it.
void remove(Registry& own, Site& site) noexcept {
    {
        const std::lock_guard hold(own.mutex);
        own.sites.remove_if([&](const Site& one) { return &one == &site; });
    }
    own.changed.notify_all();
}

}  // namespace

std::shared_ptr<Engine> acquire_engine(const StorePath& path, std::int64_t deadline_us,
                                       FunctionRef<void()> precheck, MakeEngine make) {
    Registry& own = registry();
    Site* site = nullptr;
    {
        std::unique_lock hold(own.mutex);
        for (Site* found = find(own, path); found != nullptr; found = find(own, path)) {
            if (std::shared_ptr<Engine> engine = found->engine.lock()) return engine;
            wait_for_change(own, hold, deadline_us);
        }
        precheck();
        site = &own.sites.emplace_back(os::LockFile::open(path.lock()));
    }
    OnExit undo([&] { remove(own, *site); });
    std::unique_ptr<Engine> made = make(site->lock);
    const std::optional<os::FileId> file = id_of(path.file);
    undo.cancel();  // the deleter's business from here on
    std::shared_ptr<Engine> shared(made.release(), [&own, site](Engine* engine) {
        // In a forked child nothing is closed: memory, locks and descriptors are the parent's.
        if (!engine->same_process()) return;
        delete engine;
        remove(own, *site);
    });
    {
        const std::lock_guard hold(own.mutex);
        site->file = file;
        site->engine = shared;
    }
    own.changed.notify_all();
    return shared;
}

void with_closed_file(const StorePath& path, std::int64_t deadline_us,
                      FunctionRef<void(ProcessLock&)> body) {
    Registry& own = registry();
    Site* site = nullptr;
    {
        std::unique_lock hold(own.mutex);
        for (Site* found = find(own, path); found != nullptr; found = find(own, path)) {
            if (!found->engine.expired()) {
                throw make_failure(Status::busy, "store_busy",
                                   "This process has the store open. Close it first.", true);
            }
            wait_for_change(own, hold, deadline_us);
        }
        site = &own.sites.emplace_back(os::LockFile::open(path.lock()));
    }
    const OnExit undo([&] { remove(own, *site); });
    body(site->lock);
}

}  // namespace till::sqlite
