# SPDX-License-Identifier: MIT
"""till inside somebody's project, self-contained and with a SQLite of its own."""

import os
import re
import shutil
from pathlib import Path

from case import CONSUMER, HERE, ROOT, RUNTIMES, Failed, case, empty, expect, globals_of, install, needed, run, sale, sqlite_inside
from installed import find_package

# A package that has SQLite's amalgamation in it; Debian has none.
AMALGAMATION = "better-sqlite3@12.11.1"


def configure(folder, *options):
    run("cmake", "-G", "Ninja", "-S", HERE / "embedder", "-B", folder, f"-DTILL={ROOT}", f"-DCONSUMER={CONSUMER}",
        "-DCMAKE_BUILD_TYPE=Debug", "-DCMAKE_CXX_FLAGS_DEBUG=-O0", "-DCMAKE_C_FLAGS_DEBUG=-O1", *options)


def build_and_run(folder):
    run("cmake", "--build", folder)
    output = run(folder / "programs/health", empty(folder / "shop") / "shop.db")
    expect(output == "healthz 200\n", f"health printed {output!r}")
    return sale(folder / "programs/sale", folder / "shop")


def needs_runtimes_alone(prefix):
    for name, more in (("till", set()), ("till_http", {"libtill.so.1"})):
        library = prefix / f"lib/lib{name}.so.1"
        expect(needed(library) <= RUNTIMES | more, f"{library} needs {sorted(needed(library))}")
        expect("TEXTREL" not in run("readelf", "-d", library), f"{library} has text relocations")
        exports = globals_of(library, "-D")
        expect(exports and all(symbol.startswith("till_") for symbol in exports), f"{library} exports {sorted(exports)}")
        static = globals_of(prefix / f"lib/lib{name}.a")
        expect(static == exports, f"{name}: shared and static differ by {sorted(static ^ exports)}")


@case
def embeds(build, work):
    """add_subdirectory, self-contained, both forms; installed from there, the prefix moved."""
    folder = work / "embedded"
    configure(folder, "-DTILL_SELF_CONTAINED=ON", "-DBUILD_SHARED_LIBS=ON", "-DTILL_BUILD_STATIC=ON",
              "-DTILL_INSTALL=ON", "-DCMAKE_UNITY_BUILD=ON", "-DUNITY=ON")
    build_and_run(folder)
    expect("libtill.so.1" in needed(folder / "programs/sale"), "BUILD_SHARED_LIBS=ON is not respected")
    install(folder, work / "self")


def reconfigure(work, *options):
    """The project of `embeds` with other options, over the same objects."""
    configure(work / "embedded", *options)
    return build_and_run(work / "embedded")


@case
def embeds_static(build, work):
    """FetchContent, with what a subproject is unasked: static, on the system's libraries."""
    reconfigure(work, "-DFETCH=ON", "-UBUILD_SHARED_LIBS", "-DTILL_SELF_CONTAINED=OFF", "-DTILL_INSTALL=OFF",
                "-UTILL_SQLITE_AMALGAMATION", "-DCMAKE_UNITY_BUILD=OFF", "-DUNITY=OFF")
    libraries = needed(work / "embedded/programs/sale")
    expect("libtill.so.1" not in libraries, "unasked, a subproject is shared")
    expect("libsqlite3.so.0" in libraries, "unasked, SQLite is not the system's")


def amalgamation(work):
    """A folder with another SQLite's source, and its version; or why there is none."""
    folder = Path(os.environ.get("TILL_TEST_AMALGAMATION", work / "npm/package/deps/sqlite3"))
    if not (folder / "sqlite3.c").exists():
        if shutil.which("npm") is None:
            return None, "no SQLite amalgamation: neither TILL_TEST_AMALGAMATION nor npm, and Debian has none"
        try:
            packed = run("npm", "pack", "--silent", AMALGAMATION, cwd=empty(work / "npm")).split()[-1]
            run("tar", "-xzf", packed, cwd=work / "npm")
        except Failed as failed:
            return None, f"no SQLite amalgamation: npm did not fetch {AMALGAMATION}: {failed}"
    text = (folder / "sqlite3.h").read_text()
    return folder, re.search(r'#define SQLITE_VERSION\s+"([^"]+)"', text).group(1)


@case
def amalgamated(build, work):
    """Another SQLite inside, in every form; the program's own answers its own number beside it."""
    folder, version = amalgamation(work)
    if folder is None:
        return version
    reconfigure(work, f"-DTILL_SQLITE_AMALGAMATION={folder}", "-DFETCH=OFF", "-DBUILD_SHARED_LIBS=ON",
                "-DTILL_BUILD_STATIC=ON", "-DTILL_SELF_CONTAINED=ON", "-DTILL_INSTALL=ON",
                "-DCMAKE_UNITY_BUILD=OFF", "-DUNITY=OFF")
    install(work / "embedded", work / "amalgamated")
    needs_runtimes_alone(work / "amalgamated")
    both_answer(work, "amalgamated", version, "sqlite3", installed_sqlite())
    # The other way round: Debian's inside, the other one in the program.
    archive = next((work / "embedded").rglob("libtill_sqlite3.a"))
    both_answer(work, "self", installed_sqlite(), f"{archive};m;dl;pthread", version)
    output = reconfigure(work, "-DTILL_SELF_CONTAINED=OFF", "-DTILL_INSTALL=OFF", "-DTILL_BUILD_STATIC=OFF")
    libraries = needed(next((work / "embedded").rglob("libtill.so.1")))
    expect("libsqlite3.so.0" not in libraries and "libsodium.so.23" in libraries, f"it needs {sorted(libraries)}")
    expect(sqlite_inside(output) == version, output)
    return None


def installed_sqlite():
    return run("pkg-config", "--modversion", "sqlite3").strip()


def both_answer(work, prefix, inside, own_library, own):
    for components in ("shared", "static"):
        output = find_package(work / prefix, work / f"{prefix}-sqlite-{components}", "C", components,
                              f"-DSQLITE={own_library}")
        expect(sqlite_inside(output) == inside and f"own sqlite {own}\n" in output,
               f"{prefix}, {components}: not {inside} inside and {own} outside: {output!r}")


@case
def self_contained(build, work):
    prefix = work / "self"
    needs_runtimes_alone(prefix)
    find_package(prefix, work / "self-shared", "C", "http")
    find_package(prefix, work / "self-static", "C", "static,http")
    program = work / "self-static/build/sale"
    expect(needed(program) <= RUNTIMES, f"{program} needs {sorted(needed(program))}")
    find_package(prefix, work / "self-cxx", "CXX", "static", "-DCMAKE_CXX_FLAGS=-fno-exceptions -fno-rtti")
