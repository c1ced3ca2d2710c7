// SPDX-License-Identifier: MIT
#include "sql/sqlite/fault_vfs.hpp"

#include "sql/sqlite/errors.hpp"

#include <sqlite3.h>

#include <map>
#include <new>
#include <string_view>

namespace till::sqlite {

namespace {

using Call = FaultPlan::Call;
using File = FaultPlan::File;

// States by path. Never destroyed: SQLite may close files in static destructors.
struct States {
    std::mutex mutex;
    std::map<std::string, std::weak_ptr<FaultState>, std::less<>> by_path;
};

States& states() {
    static States* const all = new States;
    return *all;
}

// SQLite allocates szOsFile bytes: this, and the real file behind it.
struct FaultFile {
    sqlite3_file base;
    FaultState* state;  // outlives the file: the engine owns it and closes its connections first
    File file;

    sqlite3_file* real() noexcept { return reinterpret_cast<sqlite3_file*>(this + 1); }
};

FaultFile* own(sqlite3_file* file) noexcept { return reinterpret_cast<FaultFile*>(file); }
const sqlite3_io_methods& real_methods(sqlite3_file* file) noexcept {
    return *own(file)->real()->pMethods;
}

int fault(sqlite3_file* file, Call call) noexcept {
    FaultState* state = own(file)->state;
    return state == nullptr ? SQLITE_OK : state->on_call(call, own(file)->file);
}

int close_file(sqlite3_file* file) { return real_methods(file).xClose(own(file)->real()); }

int read_file(sqlite3_file* file, void* data, int size, sqlite3_int64 offset) {
    if (const int code = fault(file, Call::read); code != SQLITE_OK) return code;
    return real_methods(file).xRead(own(file)->real(), data, size, offset);
}

int write_file(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    if (const int code = fault(file, Call::write); code != SQLITE_OK) return code;
    return real_methods(file).xWrite(own(file)->real(), data, size, offset);
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
    if (const int code = fault(file, Call::truncate); code != SQLITE_OK) return code;
    return real_methods(file).xTruncate(own(file)->real(), size);
}

int sync_file(sqlite3_file* file, int flags) {
    if (const int code = fault(file, Call::sync); code != SQLITE_OK) return code;
    return real_methods(file).xSync(own(file)->real(), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    return real_methods(file).xFileSize(own(file)->real(), size);
}

int lock_file(sqlite3_file* file, int level) {
    return real_methods(file).xLock(own(file)->real(), level);
}

int unlock_file(sqlite3_file* file, int level) {
    return real_methods(file).xUnlock(own(file)->real(), level);
}

int check_reserved(sqlite3_file* file, int* result) {
    return real_methods(file).xCheckReservedLock(own(file)->real(), result);
}

int control(sqlite3_file* file, int operation, void* argument) {
    return real_methods(file).xFileControl(own(file)->real(), operation, argument);
}

int sector_size(sqlite3_file* file) { return real_methods(file).xSectorSize(own(file)->real()); }

int characteristics(sqlite3_file* file) {
    return real_methods(file).xDeviceCharacteristics(own(file)->real());
}

int map_shared(sqlite3_file* file, int region, int size, int extend, void volatile** memory) {
    if (const int code = fault(file, Call::map); code != SQLITE_OK) return code;
    return real_methods(file).xShmMap(own(file)->real(), region, size, extend, memory);
}

int lock_shared(sqlite3_file* file, int offset, int count, int flags) {
    return real_methods(file).xShmLock(own(file)->real(), offset, count, flags);
}

void barrier(sqlite3_file* file) { real_methods(file).xShmBarrier(own(file)->real()); }

int unmap_shared(sqlite3_file* file, int remove) {
    return real_methods(file).xShmUnmap(own(file)->real(), remove);
}

int fetch(sqlite3_file* file, sqlite3_int64 offset, int size, void** memory) {
    return real_methods(file).xFetch(own(file)->real(), offset, size, memory);
}

int unfetch(sqlite3_file* file, sqlite3_int64 offset, void* memory) {
    return real_methods(file).xUnfetch(own(file)->real(), offset, memory);
}

const sqlite3_io_methods methods{
    3,         close_file,   read_file,       write_file,  truncate_file,
    sync_file, file_size,    lock_file,       unlock_file, check_reserved,
    control,   sector_size,  characteristics, map_shared,  lock_shared,
    barrier,   unmap_shared, fetch,           unfetch};

sqlite3_vfs& real(sqlite3_vfs* vfs) noexcept { return *static_cast<sqlite3_vfs*>(vfs->pAppData); }

std::string_view database_of(std::string_view name) noexcept {
    for (const std::string_view suffix : {"-wal", "-journal"}) {
        if (name.ends_with(suffix)) return name.substr(0, name.size() - suffix.size());
    }
    return name;
}

FaultState* state_of(const char* name) {
    if (name == nullptr) return nullptr;
    const std::lock_guard hold(states().mutex);
    const auto found = states().by_path.find(database_of(name));
    return found == states().by_path.end() ? nullptr : found->second.lock().get();
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    FaultFile* const opened = new (file) FaultFile{};
    opened->state = state_of(name);
    opened->file = (flags & SQLITE_OPEN_MAIN_DB) != 0 ? File::database : File::log;
    if (opened->state != nullptr) {
        const int code = opened->state->on_call(Call::open, opened->file);
        if (code != SQLITE_OK) return code;
    }
    const int code = real(vfs).xOpen(&real(vfs), name, opened->real(), flags, out_flags);
    // SQLite closes the file if and only if it has methods.
    opened->base.pMethods = opened->real()->pMethods != nullptr ? &methods : nullptr;
    return code;
}

int remove_file(sqlite3_vfs* vfs, const char* name, int sync_directory) {
    return real(vfs).xDelete(&real(vfs), name, sync_directory);
}

int access_file(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
    return real(vfs).xAccess(&real(vfs), name, flags, result);
}

int full_name(sqlite3_vfs* vfs, const char* name, int size, char* out) {
    return real(vfs).xFullPathname(&real(vfs), name, size, out);
}

int randomness(sqlite3_vfs* vfs, int size, char* out) {
    return real(vfs).xRandomness(&real(vfs), size, out);
}

int sleep(sqlite3_vfs* vfs, int microseconds) { return real(vfs).xSleep(&real(vfs), microseconds); }

int current_time(sqlite3_vfs* vfs, double* time) {
    return real(vfs).xCurrentTime(&real(vfs), time);
}

int last_error(sqlite3_vfs* vfs, int size, char* out) {
    return real(vfs).xGetLastError(&real(vfs), size, out);
}

int current_time_64(sqlite3_vfs* vfs, sqlite3_int64* time) {
    return real(vfs).xCurrentTimeInt64(&real(vfs), time);
}

// Registered once for the life of the process; connections may use it until the very end.
void register_vfs() {
    static const int registered = [] {
        sqlite3_vfs* const base = sqlite3_vfs_find(nullptr);
        TILL_ASSERT(base != nullptr && base->iVersion >= 2);
        static sqlite3_vfs vfs{};
        vfs.iVersion = 2;
        vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + base->szOsFile;
        vfs.mxPathname = base->mxPathname;
        vfs.zName = fault_vfs_name;
        vfs.pAppData = base;
        vfs.xOpen = open_file;
        vfs.xDelete = remove_file;
        vfs.xAccess = access_file;
        vfs.xFullPathname = full_name;
        vfs.xRandomness = randomness;
        vfs.xSleep = sleep;
        vfs.xCurrentTime = current_time;
        vfs.xGetLastError = last_error;
        vfs.xCurrentTimeInt64 = current_time_64;
        return sqlite3_vfs_register(&vfs, 0);
    }();
    if (registered != SQLITE_OK) throw engine_failure(registered, "prepare for faults");
}

int code_of(Call call, bool full) noexcept {
    if (full) return SQLITE_FULL;
    switch (call) {
        case Call::open:
            return SQLITE_CANTOPEN;
        case Call::read:
            return SQLITE_IOERR_READ;
        case Call::sync:
            return SQLITE_IOERR_FSYNC;
        case Call::truncate:
            return SQLITE_IOERR_TRUNCATE;
        case Call::map:
            return SQLITE_IOERR_SHMMAP;
        case Call::none:
        case Call::write:
        case Call::statement:
            break;
    }
    return SQLITE_IOERR_WRITE;
}

}  // namespace

void FaultState::set(const FaultPlan& plan) {
    const std::lock_guard hold(mutex_);
    plan_ = plan;
    calls_ = operations_ = steps_ = hits_ = 0;
}

std::int64_t FaultState::hits() const {
    const std::lock_guard hold(mutex_);
    return hits_;
}

int FaultState::on_call(Call call, File file) noexcept {
    const std::lock_guard hold(mutex_);
    if (plan_.call != call || (plan_.file != File::any && plan_.file != file)) return SQLITE_OK;
    ++calls_;
    if (plan_.lasting ? calls_ < plan_.at : calls_ != plan_.at) return SQLITE_OK;
    ++hits_;
    return code_of(call, plan_.full);
}

void FaultState::on_operation() {
    const std::lock_guard hold(mutex_);
    ++operations_;
    steps_ = 0;
}

void FaultState::on_step(Connection& connection) {
    FaultPlan plan;
    {
        const std::lock_guard hold(mutex_);
        plan = plan_;
        if (plan.call != Call::statement || operations_ < plan.operation) return;
        ++steps_;
        const bool first = operations_ == plan.operation && steps_ == plan.at && hits_ == 0;
        if (!first && !(plan.lasting && hits_ > 0)) return;
        ++hits_;
    }
    if (plan.gives_up) connection.roll_back();
    throw engine_failure(code_of(Call::statement, plan.full), "run a statement");
}

std::shared_ptr<FaultState> make_fault_state(const std::string& path) {
    register_vfs();
    auto state = std::make_shared<FaultState>();
    const std::lock_guard hold(states().mutex);
    states().by_path[path] = state;
    return state;
}

}  // namespace till::sqlite
