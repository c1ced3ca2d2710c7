// SPDX-License-Identifier: MIT
#include "http/openapi.hpp"

#include "http/app.hpp"
#include "http/assets.hpp"
#include "http/body.hpp"
#include "http/json_writer.hpp"
#include "http/node_json.hpp"
#include "http/routes.hpp"
#include "http/text.hpp"
#include "till/store.h"

#include <functional>
#include <set>
#include <string_view>

namespace till::http {

namespace {

constexpr std::string_view head =
    R"({"openapi":"3.1.0","info":{"title":"till","summary":"Users, orders and payments",)"
    R"("description":"Bodies may be JSON, url-encoded or multipart. Lists come newest first, by pages; money is )"
    R"(decimal text with its currency's digits. `/auth/login/` gives the access token for `Authorize`.",)"
    R"("license":{"name":"MIT","identifier":"MIT"},"version":")";
constexpr std::string_view tags =
    R"([{"name":"Login","description":"Accounts and tokens."},)"
    R"({"name":"Account","description":"Who one is: details, profile, sessions."},)"
    R"({"name":"Orders","description":"What was ordered."},)"
    R"({"name":"Payments","description":"What was paid, and given back."},)"
    R"({"name":"Desk","description":"For staff."},)"
    R"({"name":"Pages","description":"What tells of the others."}])";

std::string_view name_of(Method method) {
    switch (method) {
        case Method::get:
            return "get";
        case Method::post:
            return "post";
        case Method::put:
            return "put";
        case Method::patch:
            return "patch";
        case Method::del:
            return "delete";
        case Method::head:
        case Method::options:
        case Method::other:
            break;
    }
    return "";
}

std::string upper(std::string_view name) {
    std::string out(name);
    for (char& c : out) c = static_cast<char>(c - ('a' - 'A'));
    return out;
}

std::string_view text_of(const Node& node, std::string_view member) {
    const Node* found = node.find(member);
    return found == nullptr ? std::string_view() : found->text;
}

class Writer {
public:
    Writer(const App& app, const Node& operations, std::string& out)
        : app_(app), operations_(operations), json_(out) {}

    void write_paths() {
        json_.begin_object();
        for (const Route& route : routes()) {
            json_.escaped_key(path_of(route)).begin_object();
            for (const Endpoint& endpoint : route.endpoints) {
                if (endpoint.handler != nullptr) write_operation(route, endpoint);
            }
            json_.end_object();
        }
        json_.end_object();
    }

private:
    // "/dj-rest-auth/sessions/{id}/"; the mount is the server's.
    std::string path_of(const Route& route) const {
        std::string path(route.name);
        if (path.starts_with("/auth/")) {
            path.replace(0, sizeof "/auth" - 1, app_.auth_mount.substr(app_.mount.size()));
        }
        if (const std::size_t at = path.find("/ID/"); at != std::string::npos) {
            path.replace(at, 4, "/{id}/");
        }
        if (const std::size_t at = path.find("/NAME"); at != std::string::npos) {
            path.replace(at, 5, "/{name}");
        }
        return path;
    }

    void reference(std::string_view kind, std::string_view name) {
        json_.begin_object().key("$ref").text(
            std::string("#/components/").append(kind).append("/").append(name));
        json_.end_object();
    }

    void write_operation(const Route& route, const Endpoint& endpoint) {
        const std::string_view method = name_of(endpoint.method);
        const Node* described = operations_.find(upper(method).append(" ").append(route.name));
        json_.key(method).begin_object();
        // A route without words is still in the document; a test asks for them.
        static const Node nothing;
        const Node& words = described == nullptr ? nothing : *described;
        json_.key("tags").begin_array().text(text_of(words, "tag")).end_array();
        json_.key("operationId").text(text_of(words, "id"));
        json_.key("summary").text(text_of(words, "summary"));
        const std::string_view description = text_of(words, "description");
        if (!description.empty()) json_.key("description").text(description);
        json_.key("security").raw(route.access == Access::open ? "[]" : R"([{"access":[]}])");
        std::set<std::string_view> errors = errors_of(route, endpoint, words);
        // What a route says for itself stands in place of the usual.
        if (const Node* answers = words.find("answers")) {
            for (const Node& answer : answers->children) errors.erase(answer.name);
        }
        write_parameters(route, endpoint, words, errors.contains("412"));
        write_body(words);
        json_.key("responses").begin_object();
        if (const Node* answers = words.find("answers")) {
            for (const Node& answer : answers->children) write_answer(answer, words);
        }
        for (const std::string_view error : errors) {
            json_.escaped_key(error);
            reference("responses", error);
        }
        json_.end_object().end_object();
    }

    // What the table alone knows can go wrong, and what the words add.
    static std::set<std::string_view> errors_of(const Route& route, const Endpoint& endpoint,
                                                const Node& words) {
        std::set<std::string_view> errors{"503"};
        if (route.access != Access::open) errors.insert("401");
        // A plain user on a page for staff; an API key without the scope anywhere.
        if (route.access != Access::open) errors.insert("403");
        // An unknown ?format= is no page; what an id names may not be there.
        if (route.is_json) errors.insert({"404", "406"});
        if (endpoint.method != Method::get) errors.insert({"400", "413"});
        if (words.find("body") != nullptr) errors.insert("415");
        if (const Node* more = words.find("errors")) {
            for (const Node& error : more->children) errors.insert(error.text);
        }
        return errors;
    }

    void write_parameters(const Route& route, const Endpoint& endpoint, const Node& words,
                          bool has_version) {
        json_.key("parameters").begin_array();
        if (route.name.find("/ID/") != std::string_view::npos) reference("parameters", "ID");
        if (route.name.ends_with("/NAME")) reference("parameters", "NAME");
        if (const Node* query = words.find("query")) {
            for (const Node& parameter : query->children) {
                json_.begin_object().key("name").text(parameter.name).key("in").text("query");
                for (const Node& member : parameter.children) {
                    json_.escaped_key(member.name);
                    write_node(json_, member);
                }
                json_.end_object();
            }
        }
        if (words.find("paged") != nullptr) {
            reference("parameters", "page_size");
            reference("parameters", "cursor");
        }
        if (endpoint.method != Method::get && !endpoint.issues_tokens) {
            reference("parameters", "Idempotency-Key");
        }
        if (has_version) reference("parameters", "If-Match");
        json_.end_array();
    }

    void write_body(const Node& words) {
        const std::string_view schema = text_of(words, "body");
        if (schema.empty()) return;
        json_.key("requestBody").begin_object().key("required").boolean(true);
        json_.key("content").begin_object();
        for (const std::string_view type :
             {"application/json", "application/x-www-form-urlencoded", "multipart/form-data"}) {
            json_.escaped_key(type).begin_object().key("schema");
            if (type.starts_with("multipart") && words.find("upload") != nullptr) {
                json_.begin_object().key("allOf").begin_array();
                reference("schemas", schema);
                json_.raw(
                    R"({"type":"object","properties":{"profile_img":{"type":"string","contentMediaType":"application/octet-stream"}}})");
                json_.end_array().end_object();
            } else {
                reference("schemas", schema);
            }
            const Node* example = words.find("example");
            if (example != nullptr && type == "application/json") {
                json_.key("example");
                write_node(json_, *example);
            }
            json_.end_object();
        }
        json_.end_object().end_object();
    }

    void write_answer(const Node& answer, const Node& words) {
        const bool is_paged = words.find("paged") != nullptr;
        json_.escaped_key(answer.name).begin_object().key("description");
        json_.text(answer.name == "304"   ? "As the entity tag in If-None-Match says."
                   : answer.name == "308" ? "The page is at the path with a slash at its end."
                   : answer.name == "204" ? "Done."
                                          : text_of(words, "summary"));
        json_.key("headers").begin_object();
        if (is_paged) {
            json_.key("Link");
            reference("headers", "Link");
        }
        if (const Node* headers = answer.find("headers")) {
            for (const Node& header : headers->children) {
                json_.escaped_key(header.text);
                reference("headers", header.text);
            }
        }
        json_.end_object();
        write_content(answer, is_paged);
        json_.end_object();
    }

    void write_content(const Node& answer, bool is_paged) {
        const std::string_view schema = text_of(answer, "schema");
        const std::string_view array = text_of(answer, "array");
        if (const Node* types = answer.find("types")) {
            json_.key("content").begin_object();
            for (const Node& type : types->children) {
                json_.escaped_key(type.text).raw(R"({"schema":{"type":"string"}})");
            }
            json_.end_object();
            return;
        }
        const Node* any = answer.find("any");
        if (schema.empty() && array.empty() && any == nullptr) return;
        json_.key("content").begin_object().escaped_key("application/json").begin_object();
        json_.key("schema");
        if (any != nullptr) {
            json_.begin_object().key("anyOf").begin_array();
            for (const Node& one : any->children) reference("schemas", one.text);
            json_.end_array().end_object();
        } else if (is_paged) {
            write_page(schema.substr(1, schema.size() - 2));
        } else if (!array.empty()) {
            write_array(array);
        } else {
            reference("schemas", schema);
        }
        json_.end_object().end_object();
    }

    void write_array(std::string_view element) {
        json_.begin_object().key("type").text("array").key("items");
        reference("schemas", element);
        json_.end_object();
    }

    void write_page(std::string_view element) {
        if (!app_.has_pages) return write_array(element);
        json_.begin_object().key("type").text("object");
        json_.key("required").raw(R"(["count","next","previous","results"])");
        json_.key("properties").begin_object();
        json_.key("count").raw(R"({"type":["integer","null"]})");
        json_.key("next").raw(R"({"type":["string","null"]})");
        json_.key("previous").raw(R"({"type":"null"})");
        json_.key("results");
        write_array(element);
        json_.end_object().end_object();
    }

    const App& app_;
    const Node& operations_;
    JsonWriter json_;
};

std::string_view source(std::string_view name) {
    const Asset* asset = find_asset(name);
    return asset == nullptr ? std::string_view("{}") : asset->identity;
}

}  // namespace

Document make_document(const App& app) {
    Body operations;
    parse_json(source("source/operations.json"), operations);
    Document document;
    document.text.reserve(std::size_t{128} * 1024);
    document.text.append(head);
    append_number(document.text, TILL_VERSION_MAJOR);
    append_number(document.text += '.', TILL_VERSION_MINOR);
    append_number(document.text += '.', TILL_VERSION_PATCH);
    document.text.append(R"("},"servers":[{"url":")");
    append_escaped(document.text, app.mount.empty() ? std::string_view("/") : app.mount);
    document.text.append(R"("}],"tags":)").append(tags).append(R"(,"paths":)");
    Writer(app, operations.root, document.text).write_paths();
    document.text.append(R"(,"components":)").append(source("source/components.json"));
    while (document.text.back() == '\n') document.text.pop_back();
    document.text += '}';
    document.tag = "\"d";
    append_number(document.tag,
                  static_cast<std::int64_t>(std::hash<std::string_view>{}(document.text) >> 1U));
    document.tag += '"';
    return document;
}

}  // namespace till::http
