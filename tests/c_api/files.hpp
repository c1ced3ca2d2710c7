// SPDX-License-Identifier: MIT
//
// Stores at a path of the test's own, for what takes several handles or processes.
#pragma once

#include "c_api/abi.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace abi {

// A directory of its own, removed with all in it.
class Directory {
public:
    explicit Directory(const std::filesystem::path& base = std::filesystem::temp_directory_path()) {
        std::string name = base / "till-files-XXXXXX";
        REQUIRE(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    Directory(const Directory&) = delete;
    Directory& operator=(const Directory&) = delete;
    ~Directory() { std::filesystem::remove_all(path_); }
    std::string file(const std::string& name) const { return path_ + "/" + name; }

private:
    std::string path_;
};

// A testing store on the system's clock, released with it.
class Handle {
public:
    explicit Handle(const std::string& path, std::string* log = nullptr) {
        till_store_open_in in = TILL_STORE_OPEN_IN_INIT;
        if (log != nullptr) {
            in.log_level = TILL_LOG_DEBUG;
            in.log_userdata = reinterpret_cast<std::uintptr_t>(log);
            in.log = [](std::uintptr_t userdata, const till_log_record* record) {
                auto& all = *reinterpret_cast<std::string*>(userdata);
                all += view(record->message);
                if (record->trace_id.data != nullptr)
                    all.append(" id=").append(view(record->trace_id));
            };
        }
        in.path = str(path);
        in.flags = TILL_OPEN_TESTING;
        REQUIRE(till_store_open(&in, &store_, nullptr) == TILL_OK);
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    ~Handle() { till_store_release(store_); }
    operator till_store*() const { return store_; }  // NOLINT(google-explicit-constructor)

private:
    till_store* store_ = nullptr;
};

}  // namespace abi
