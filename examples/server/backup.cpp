// SPDX-License-Identifier: MIT
#include "backup.hpp"

#include "refusal.hpp"
#include "system_text.hpp"

#include <algorithm>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <iostream>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace till_server {

namespace {

namespace fs = std::filesystem;

// Whole while it lives. On the directory itself, so that no file is left behind.
class DirectoryLock {
public:
    explicit DirectoryLock(const std::string& directory)
        : descriptor_(::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (descriptor_ < 0) {
            throw Refusal("Cannot keep backups in " + directory + ": " + system_text(errno) +
                          ". Make the directory first, for this user alone: mkdir -m 700 " +
                          directory);
        }
        if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
            ::close(descriptor_);
            throw Refusal("Another backup is being made in " + directory + ".");
        }
    }
    DirectoryLock(const DirectoryLock&) = delete;
    DirectoryLock& operator=(const DirectoryLock&) = delete;
    ~DirectoryLock() { ::close(descriptor_); }

private:
    int descriptor_;
};

// "20260131T123456Z".
std::string utc_now() {
    const std::time_t now = std::time(nullptr);
    std::tm parts{};
    ::gmtime_r(&now, &parts);
    char text[20];
    return {text, std::strftime(text, sizeof text, "%Y%m%dT%H%M%SZ", &parts)};
}

bool is_utc_time(std::string_view text) {
    constexpr std::string_view shape = "00000000T000000Z";
    return text.size() == shape.size() &&
           std::equal(text.begin(), text.end(), shape.begin(), [](char c, char wanted) {
               return wanted == '0' ? c >= '0' && c <= '9' : c == wanted;
           });
}

constexpr std::string_view suffix = ".db";

// "" or what follows the name of a dated copy: ".partial-4711-0".
std::optional<std::string_view> after_dated_name(std::string_view name, std::string_view prefix) {
    constexpr size_t time_size = 16;
    if (!name.starts_with(prefix)) return std::nullopt;
    name.remove_prefix(prefix.size());
    if (!is_utc_time(name.substr(0, time_size))) return std::nullopt;
    name.remove_prefix(time_size);
    if (!name.starts_with(suffix)) return std::nullopt;
    return name.substr(suffix.size());
}

struct Found {
    std::vector<fs::path> whole;  // the oldest first
    std::vector<fs::path> half_made;
};

Found look_through(const std::string& directory, std::string_view prefix) {
    Found found;
    for (const auto& entry : fs::directory_iterator(directory)) {
        const std::string name = entry.path().filename();
        const auto rest = after_dated_name(name, prefix);
        if (!rest) continue;
        if (rest->empty()) found.whole.push_back(entry.path());
        if (rest->starts_with(".partial-")) found.half_made.push_back(entry.path());
    }
    std::sort(found.whole.begin(), found.whole.end());
    return found;
}

}  // namespace

till::call backup_call() { return till::call::as_system().with_timeout(std::chrono::minutes(10)); }

int back_up_dated(till::store_ref store, const std::string& db, const std::string& directory,
                  uint64_t keep) {
    const DirectoryLock lock(directory);
    const std::string prefix = fs::path(db).stem().string() + "-";
    // Nobody else makes copies of these names here: what is half-made was left by a killed run.
    for (const fs::path& path : look_through(directory, prefix).half_made) fs::remove(path);
    const std::string name = prefix + utc_now() + std::string(suffix);
    const std::string target = (fs::path(directory) / name).string();
    const till::report report =
        require(store.try_backup(backup_call(), target), "The backup was not made");
    std::cout << target << ": " << report.bytes() << " bytes.\n";
    std::vector<fs::path> older = look_through(directory, prefix).whole;
    // The new copy stays whatever its name says: a clock that was set back sorts it before others.
    std::erase_if(older, [&](const fs::path& path) { return path.filename() == name; });
    for (size_t i = 0; i + keep <= older.size(); ++i) {
        fs::remove(older[i]);
        std::cout << older[i].string() << ": deleted, " << keep << " others stay.\n";
    }
    return 0;
}

}  // namespace till_server
