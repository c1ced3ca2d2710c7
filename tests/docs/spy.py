#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""spy.py ABI_JSON OUT: a C library that stands between a program and libtill.

Preloaded, it notes which status each function returned, however it was called: it appends a line
"till_order_place -20" to $TILL_STATUS_LOG for each pair that was not seen before. It needs no change
of the library or the program, so what it sees is what callers see.
"""

import json
import sys
from pathlib import Path

HEAD = """/* SPDX-License-Identifier: MIT */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <till/testing.h>
#include <till/till.h>
#include <unistd.h>

enum { statuses_max = 128 };

static void note(atomic_char *seen, const char *name, till_status status) {
    char line[128];
    int length, file;
    if (status > 0 || status <= -statuses_max || atomic_exchange(&seen[-status], 1) != 0) return;
    file = open(getenv("TILL_STATUS_LOG"), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    length = snprintf(line, sizeof line, "%s %d\\n", name, (int)status);
    if (file < 0 || write(file, line, (size_t)length) != length) abort();
    close(file);
}

static void *find(const char *name) {
    void *found = dlsym(RTLD_NEXT, name);
    if (found == NULL) abort();
    return found;
}
"""
FUNCTION = """
till_status {name}({parameters}) {{
    static till_status (*_Atomic real)({types});
    static atomic_char seen[statuses_max];
    till_status status;
    if (real == NULL) real = (till_status (*)({types}))find("{name}");
    status = real({arguments});
    note(seen, "{name}", status);
    return status;
}}
"""


def declared(parameter):
    kind = parameter["type"]
    return f"{kind}{parameter['name']}" if kind.endswith("*") else f"{kind} {parameter['name']}"


def main():
    description = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    text = HEAD
    for function in description["functions"]:
        if function["library"] == "till" and function["result"] == "till_status":
            parameters = function["parameters"]
            text += FUNCTION.format(
                name=function["name"],
                parameters=", ".join(declared(each) for each in parameters),
                types=", ".join(each["type"] for each in parameters),
                arguments=", ".join(each["name"] for each in parameters),
            )
    Path(sys.argv[2]).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
