#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds every answer that the HTTP tests got against the API's own OpenAPI document.

    openapi_exchanges.py EXCHANGES

EXCHANGES is what tests/http/client.cpp wrote: documents, and exchanges that name theirs by number.
Objects whose members the document lists may have no others, so that nothing is answered unsaid.
"""

import copy
import json
import sys

from jsonschema import Draft202012Validator, FormatChecker, RefResolver

# A run with fewer exchanges than this has not tested the adapter.
EXCHANGES_MIN = 400


def close(schema):
    """Refuses members that are not listed, unless the document says that there may be others."""
    if isinstance(schema, dict):
        if "properties" in schema and "additionalProperties" not in schema:
            schema["additionalProperties"] = False
        for each in schema.values():
            close(each)
    elif isinstance(schema, list):
        for each in schema:
            close(each)


class Document:
    def __init__(self, document):
        self.document = copy.deepcopy(document)
        close(self.document["components"]["schemas"])
        self.resolver = RefResolver("", self.document)
        self.validators = {}

    def operations(self, route, auth):
        path = route.replace("/ID/", "/{id}/").replace("/NAME", "/{name}")
        if path.startswith("/auth/"):
            path = auth + path[len("/auth") :]
        return self.document["paths"].get(path)

    def resolve(self, item):
        while "$ref" in item:
            item = self.resolver.resolve(item["$ref"])[1]
        return item

    def violations(self, schema, value):
        key = json.dumps(schema, sort_keys=True)
        if key not in self.validators:
            Draft202012Validator.check_schema(schema)
            self.validators[key] = Draft202012Validator(
                schema, resolver=self.resolver, format_checker=FormatChecker()
            )
        return [
            f"{'/'.join(map(str, error.absolute_path)) or '(all of it)'}: {error.message[:300]}"
            for error in self.validators[key].iter_errors(value)
        ]


def check(document, exchange, seen):
    """What is wrong with an exchange, in words."""
    status, method = exchange["status"], exchange["method"].lower()
    if not exchange["route"]:
        return [] if status == 404 else [f"{status} from a page that is none"]
    operations = document.operations(exchange["route"], exchange["auth"])
    if operations is None:
        return ["the document has no such path"]
    if method == "options":
        return []
    operation = operations.get("get" if method == "head" else method)
    if operation is None:
        return [] if status in (401, 403, 404, 405, 406) else [f"{status} to a method that is not in the document"]
    if status == 405:
        return ["405 to a method that is in the document"]
    answer = operation["responses"].get(str(status))
    if answer is None:
        return [f"the document knows no {status} here"]
    seen.add((exchange["route"], method, status))
    answer = document.resolve(answer)
    content = answer.get("content", {})
    if exchange["size"] == 0:
        return [] if method == "head" or not content or status == 304 else ["an empty answer"]
    media = exchange["type"].split(";")[0]
    if media not in content:
        return [f"{media} is not what the document says"]
    if media != "application/json":
        return []
    return document.violations(content[media]["schema"], json.loads(exchange["body"]))


def unseen(documents, seen):
    """Operations of which no test saw a success."""
    document = documents[0].document
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            route = path.replace("{id}", "ID").replace("{name}", "NAME")
            codes = [int(code) for code in operation["responses"] if code < "300"]
            if not any((route, method, code) in seen for code in codes):
                yield f"{method.upper()} {path}: no test sees it succeed"


def main():
    documents, seen, problems, count = [], set(), [], 0
    with open(sys.argv[1], encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            if "document" in row:
                documents.append(Document(row["document"]))
                continue
            count += 1
            for problem in check(documents[row["of"]], row, seen):
                problems.append(f"{row['method']} {row['target']} {row['status']}: {problem}")
    if count < EXCHANGES_MIN:
        problems.append(f"only {count} exchanges")
    problems += unseen(documents, seen)
    for problem in sorted(set(problems))[:60]:
        print(problem)
    print(f"{count} answers against {len(documents)} documents: {len(problems)} differ")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
