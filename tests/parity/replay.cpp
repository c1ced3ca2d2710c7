// SPDX-License-Identifier: MIT
#include "replay.hpp"

#include "deviations.hpp"
#include "form.hpp"
#include "verdict.hpp"
#include "world.hpp"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>

namespace till_parity {
namespace {

// The one settings profile that till is: every other configures the Django stack to be another.
constexpr std::string_view our_config = "jwt";

bool is_placeholder(std::string_view name) {
    return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
    });
}

// Fills "{name}". An unknown name is unsupported, or (in a raw body, where braces are common)
// stays.
std::string fill(World& world, const std::string& text, bool raw = false) {
    std::string result;
    std::size_t at = 0;
    for (std::size_t open; (open = text.find('{', at)) != std::string::npos;) {
        const std::size_t close = text.find('}', open);
        result += text.substr(at, open - at);
        std::string name =
            close == std::string::npos ? "" : text.substr(open + 1, close - open - 1);
        if (name.ends_with(":int")) name.resize(name.size() - 4);
        if (!is_placeholder(name) || (raw && !world.knows(name))) {
            result += '{';
            at = open + 1;
            continue;
        }
        result += world.value(name);
        at = close + 1;
    }
    return result + text.substr(at);
}

Json fill(World& world, const Json& value) {
    if (value.is_string()) {
        const std::string& text = value.get_ref<const std::string&>();
        const bool whole = text.starts_with('{') && text.ends_with(":int}");
        return whole ? number(fill(world, text)) : Json(fill(world, text));
    }
    if (!value.is_structured()) return value;
    Json result = value;
    for (Json& item : result) item = fill(world, item);
    return result;
}

Request build_request(World& world, const Case& one) {
    Request request;
    request.method = one.method;
    request.target = fill(world, one.path);
    request.headers = world.extra_headers();
    std::string* content_type = nullptr;
    request.headers.reserve(request.headers.size() + one.headers.size());
    for (const auto& [name, value] : one.headers) {
        request.headers.emplace_back(name, fill(world, value));
        std::string lower = name;
        std::transform(lower.begin(), lower.end(), lower.begin(),
                       [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (lower == "content-type") content_type = &request.headers.back().second;
    }
    request.has_body = one.body_raw.has_value() || !one.body.is_null();
    if (one.body_raw) {
        request.body = fill(world, *one.body_raw, true);
    } else if (request.has_body) {
        const Json body = fill(world, one.body);
        request.body =
            content_type != nullptr ? encode_body(body, *content_type) : write_json(body);
    }
    return request;
}

bool mentions(const Case& one, std::string_view placeholder) {
    std::string everything = one.path + write_json(one.body) + one.body_raw.value_or("");
    for (const auto& [name, value] : one.headers) everything += value;
    return everything.find(placeholder) != std::string::npos;
}

Outcome play(const Case& one, ServerProcess* elsewhere) {
    World world({}, elsewhere);
    world.wants_expired_refresh = mentions(one, "{expired_refresh}");
    for (const std::string& word : one.setup) world.set_up(word);
    const Request request = build_request(world, one);
    world.take_mails();
    Response response = world.send(request);
    return read_outcome(std::move(response), static_cast<int>(world.take_mails().size()));
}

struct Totals {
    int passed = 0;
    int failed = 0;
    int deviating = 0;
    int unsupported = 0;
    std::map<std::string_view, int> by_deviation;
};

void judge(const Case& one, const ReplayOptions& options, ServerProcess* elsewhere,
           Totals& totals) {
    if (one.config != our_config) throw Unsupported("config " + one.config);
    const Outcome outcome = play(one, elsewhere);
    const std::vector<std::string> differ = differences(one, outcome);
    if (differ.empty()) {
        ++totals.passed;
        if (!options.quiet) std::printf("PASS %s\n", one.id.c_str());
        return;
    }
    std::string why;
    for (const std::string& difference : differ) why += (why.empty() ? "" : "; ") + difference;
    if (const Deviation* deviation = find_deviation(one, outcome)) {
        ++totals.deviating;
        ++totals.by_deviation[deviation->name];
        std::printf("DEVIATES %s: %s [%.*s] %.*s\n", one.id.c_str(), why.c_str(),
                    static_cast<int>(deviation->name.size()), deviation->name.data(),
                    static_cast<int>(deviation->reason.size()), deviation->reason.data());
    } else {
        ++totals.failed;
        std::printf("FAIL %s: %s\n", one.id.c_str(), why.c_str());
    }
    if (options.verbose)
        std::printf("    %s %s -> %d %s\n", one.method.c_str(), one.path.c_str(),
                    outcome.response.status, outcome.response.body.substr(0, 400).c_str());
}

void judge_safely(const Case& one, const ReplayOptions& options, ServerProcess* elsewhere,
                  Totals& totals) {
    try {
        judge(one, options, elsewhere, totals);
    } catch (const Unsupported& unknown) {
        ++totals.unsupported;
        std::printf("UNSUPPORTED %s: %s\n", one.id.c_str(), unknown.what());
    } catch (const std::exception& error) {
        ++totals.failed;
        std::printf("FAIL %s: %s\n", one.id.c_str(), error.what());
    }
    std::fflush(stdout);
}

}  // namespace

bool replay(const ReplayOptions& options) {
    Totals totals;
    std::unique_ptr<ServerProcess> elsewhere;
    if (!options.server_command.empty())
        elsewhere = std::make_unique<ServerProcess>(options.server_command);
    for (const std::string& file : options.files) {
        for (const Case& one : read_cases(file)) {
            const bool wanted =
                options.only.empty() ||
                std::find(options.only.begin(), options.only.end(), one.id) != options.only.end();
            if (wanted) judge_safely(one, options, elsewhere.get(), totals);
        }
    }
    const int count = totals.passed + totals.failed + totals.deviating + totals.unsupported;
    std::printf("\n%d cases: %d pass, %d fail, %d deviate, %d unsupported\n", count, totals.passed,
                totals.failed, totals.deviating, totals.unsupported);
    for (const auto& [name, times] : totals.by_deviation)
        std::printf("  %4d %.*s\n", times, static_cast<int>(name.size()), name.data());
    return count > 0 && totals.failed == 0 && totals.unsupported == 0;
}

std::string deviations_markdown() {
    std::string text = "| what | the Django stack | till | why |\n|---|---|---|---|\n";
    for (const Deviation& deviation : deviations()) {
        text += "| " + std::string(deviation.name) + " | " + std::string(deviation.django) + " | " +
                std::string(deviation.till) + " | " + std::string(deviation.reason) + " |\n";
    }
    return text;
}

bool is_listed_in(const std::string& path, bool write) {
    const std::string open = "<!-- deviations -->\n";
    const std::string close = "<!-- /deviations -->";
    std::ifstream file(path);
    std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    const std::size_t begin = text.find(open);
    const std::size_t end = text.find(close);
    if (begin == std::string::npos || end == std::string::npos)
        throw std::runtime_error(path + " has no deviations between markers");
    const std::size_t at = begin + open.size();
    const std::string list = deviations_markdown();
    if (text.substr(at, end - at) == list) return true;
    if (!write) return false;
    text.replace(at, end - at, list);
    std::ofstream out(path);
    out << text;
    out.close();
    return out.good();
}

}  // namespace till_parity
