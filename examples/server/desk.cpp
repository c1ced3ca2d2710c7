// SPDX-License-Identifier: MIT
#include "desk.hpp"

#include <algorithm>
#include <charconv>

namespace till_server {

namespace {

Format format_of(const Options& options) {
    const std::string format = options.get("format");
    if (format.empty() || format == "table") return Format::table;
    if (format == "json") return Format::json;
    if (format == "csv") return Format::csv;
    throw Refusal("--format is table, json or csv, not \"" + format + "\".", exit_usage);
}

bool is_number(const std::string& word) {
    return !word.empty() &&
           std::all_of(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; });
}

const Verb& find_verb(const char* command, std::span<const Verb> verbs, const std::string& name,
                      size_t word_count) {
    std::string all;
    for (const Verb& verb : verbs) {
        if (name == verb.name) {
            if (word_count >= verb.words_min && word_count <= verb.words_max) return verb;
            throw Refusal(
                "Write " + std::string(command) + " " + verb.name + " " + verb.arguments + ".",
                exit_usage);
        }
        all += (all.empty() ? "" : ", ") + std::string(verb.name);
    }
    throw Refusal("There is no " + std::string(command) + " " + name + ": say one of " + all + ".",
                  exit_usage);
}

}  // namespace

int run_verb(const Options& options, const char* command, std::span<const Verb> verbs) {
    const std::vector<std::string>& words = options.words();
    const std::string name = words.empty() ? verbs.front().name : words[0];
    const Verb& verb = find_verb(command, verbs, name, words.empty() ? 0 : words.size() - 1);
    const Format format = format_of(options);
    Desk desk{options,        format, open_store(options, IfMissing::refuse, nullptr),
              command_call(), true,   {}};
    if (!words.empty()) desk.words.assign(words.begin() + 1, words.end());
    if (options.has("as")) {
        const till::user actor = find_user(desk, options.get("as"));
        desk.sees_all = actor.is_staff() || actor.is_superuser();
        desk.call = till::call::as_user(actor.id()).with_timeout(command_timeout);
    }
    return verb.run(desk);
}

CommandSet desk_options() {
    using enum OptionKind;
    return {{{"format", value, "FORMAT", "table (default), json or csv.", true},
             {"as", value, "USER",
              "Act as this user (name, id or e-mail address). Default: the system.", true},
             {"limit", value, "N", "Rows of a list at most; 0: all. Default 50.", true},
             {"oldest-first", toggle, nullptr, "List the oldest first. Default: the newest.", true},
             {"state", value, "STATE", "List those in this state alone.", true},
             {"user", value, "USER", "List those of this user (name, id or e-mail address) alone.",
              true},
             {"order", value, "ID", "List those of this order alone.", true},
             {"since", value, "TIME",
              "List those from then on: 2026-11-25 (when that day of the shop begins),\n"
              "                                 2026-11-25T09:30 (by its clock) or "
              "2026-11-25T09:30:00Z.",
              true},
             {"until", value, "TIME", "List those before then.", true},
             {"if-version", value, "N", "Refuse when it was changed since this version.", true}},
            {}};
}

std::vector<const char*> with_desk_options(std::vector<const char*> more) {
    more.insert(more.begin(), {"db", "config", "format", "as"});
    return more;
}

int64_t parse_id(const std::string& word, const char* what) {
    int64_t id = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || end != word.data() + word.size() || id < 1) {
        throw Refusal("\"" + word + "\" is no id: say the number of the " + what + ".", exit_usage);
    }
    return id;
}

till::user find_user(const Desk& desk, const std::string& word) {
    if (is_number(word)) {
        return require(desk.store.try_user_get(desk.call, parse_id(word, "user")), "User " + word);
    }
    auto found = desk.store.try_user_find(desk.call, {word, {}});
    if (!found && found.error().status() == till::status::not_found &&
        word.find('@') != std::string::npos) {
        found = desk.store.try_user_find(desk.call, {{}, word});
    }
    return require(std::move(found), "User " + word);
}

int64_t user_filter(const Desk& desk) {
    return desk.options.has("user") ? find_user(desk, desk.options.get("user")).id() : 0;
}

int64_t id_option(const Options& options, const char* name) {
    return static_cast<int64_t>(options.number(name, 1, INT64_MAX).value_or(0));
}

std::optional<bool> truth_option(const Options& options, const char* name) {
    if (!options.has(name)) return std::nullopt;
    const std::string text = options.get(name);
    if (text == "true") return true;
    if (text == "false") return false;
    throw Refusal("--" + std::string(name) + " is true or false, not \"" + text + "\".",
                  exit_usage);
}

Row event_row(till::event_view event) {
    std::string actor;
    switch (event.actor()) {
        case till::actor_kind::system:
            actor = "system";
            break;
        case till::actor_kind::anonymous:
            actor = "anonymous";
            break;
        case till::actor_kind::key:
            actor = "key " + std::to_string(event.actor_id());
            break;
        case till::actor_kind::user:
        case till::actor_kind::token:
            actor = "user " + std::to_string(event.actor_id());
            break;
    }
    return {event.sequence(),           event.at(), event.kind(),     event.subject_id(),
            Cell::id(event.order_id()), actor,      event.trace_id(), Cell::json(event.data())};
}

bool is_of_user(till::event_view event) {
    return event.kind().starts_with("user.") || event.kind().starts_with("second_factor.");
}

Sheet order_history(const Desk& desk, int64_t order_id) {
    Sheet sheet{event_columns, {}};
    till::event_query query;
    query.order_id = order_id;
    for (const auto& event : desk.store.events(desk.call, query)) {
        sheet.rows.push_back(event_row(event));
    }
    return sheet;
}

}  // namespace till_server
