# SPDX-License-Identifier: MIT
"""The release build, installed: find_package and pkg-config, C and C++, shared and static."""

from case import CONSUMER, ROOT, RUNTIMES, Failed, case, empty, expect, globals_of, install, needed, run, sale, sqlite_inside

SYSTEM = {"libsqlite3.so.0", "libsodium.so.23", "libutf8proc.so.2", "libcrypto.so.3"}


def find_package(prefix, folder, language, components, *options):
    """Builds the consumer in an empty folder and runs it; gives what the sale printed."""
    empty(folder)
    run("cmake", "-G", "Ninja", "-S", CONSUMER, "-B", folder / "build", f"-DCMAKE_PREFIX_PATH={prefix}",
        f"-DLANGUAGE={language}", f"-DCOMPONENTS={components}", "-DCMAKE_BUILD_TYPE=Release", *options)
    run("cmake", "--build", folder / "build")
    if "http" in components:
        output = run(folder / "build/health", empty(folder / "health") / "shop.db")
        expect(output == "healthz 200\n", f"health printed {output!r}")
    return sale(folder / "build/sale", folder / "sale")


@case
def installs(build, work):
    prefix = work / "prefix"
    install(build, prefix)
    headers = {path.relative_to(ROOT / "include") for path in (ROOT / "include/till").rglob("*.h*") if path.is_file()}
    there = {path.relative_to(prefix / "include") for path in (prefix / "include").rglob("*") if path.is_file()}
    expect(headers == there, f"include/till and the installed headers differ by {sorted(map(str, headers ^ there))}")
    expect(needed(prefix / "lib/libtill.so.1") <= RUNTIMES | SYSTEM, "libtill.so.1 needs more than it says")
    for name in ("till", "till_http"):
        exports = globals_of(prefix / f"lib/lib{name}.so.1", "-D")
        static = globals_of(prefix / f"lib/lib{name}.a")
        expect(exports and exports == static, f"{name}: shared and static differ by {sorted(exports ^ static)}")
        expect(all(symbol.startswith("till_") for symbol in exports), f"{name} exports {sorted(exports)}")


@case
def find_package_shared(build, work):
    for language in ("C", "CXX"):
        find_package(work / "prefix", work / f"shared-{language}", language, "http")
    program = work / "shared-C/build/sale"
    expect("libtill.so.1" in needed(program), "the program does not need libtill.so.1")


@case
def find_package_static(build, work):
    flags = "-DCMAKE_CXX_FLAGS=-fno-exceptions -fno-rtti"
    for language in ("C", "CXX"):
        find_package(work / "prefix", work / f"static-{language}", language, "static,http",
                     *([flags] if language == "CXX" else []))
        library = needed(work / f"static-{language}/build/sale")
        expect("libtill.so.1" not in library, "the static program needs libtill.so.1")


@case
def find_package_refuses(build, work):
    """A component that is not there and a version that does not fit are said."""
    for option, word in (("-DCOMPONENTS=nonsense", "nonsense"), ("-DVERSION=9.0", "0.1.0")):
        try:
            run("cmake", "-G", "Ninja", "-S", CONSUMER, "-B", empty(work / "refused"), "-DLANGUAGE=C",
                f"-DCMAKE_PREFIX_PATH={work / 'prefix'}", option)
        except Failed as failed:
            expect(word in str(failed), f"the refusal does not say {word}: {failed}")
            continue
        raise Failed(f"find_package accepted {option}")


def pkg_config(prefix, *arguments):
    return run("pkg-config", *arguments, PKG_CONFIG_PATH=str(prefix / "lib/pkgconfig")).split()


@case
def pkg_config_shared(build, work):
    prefix, folder = work / "prefix", empty(work / "pkgconfig")
    flags = pkg_config(prefix, "--cflags", "--libs", "till")
    expect("-DTILL_STATIC" not in flags, "the shared library's users are told that it is static")
    for compiler, source in (("cc", "sale.c"), ("c++", "sale.cpp")):
        run(compiler, CONSUMER / source, *flags, "-o", folder / source.replace(".", "_"))
        sale(folder / source.replace(".", "_"), folder / "shop", LD_LIBRARY_PATH=str(prefix / "lib"))
    run("cc", CONSUMER / "health.c", *pkg_config(prefix, "--cflags", "--libs", "till-http"), "-o", folder / "health")
    output = run(folder / "health", empty(folder / "shop") / "shop.db", LD_LIBRARY_PATH=str(prefix / "lib"))
    expect(output == "healthz 200\n", f"health printed {output!r}")


@case
def pkg_config_static(build, work):
    """-static too: Debian has an archive of everything, and then nothing at all is needed."""
    prefix, folder = work / "prefix", empty(work / "pkgconfig-static")
    flags = pkg_config(prefix, "--static", "--cflags", "--libs", "till")
    expect("-DTILL_STATIC" in flags, "the static library's users are not told")
    run("cc", CONSUMER / "sale.c", "-static", *flags, "-o", folder / "sale")
    sale(folder / "sale", folder / "shop")
    expect(needed(folder / "sale") == set(), "the static program needs libraries")
    flags = pkg_config(prefix, "--static", "--cflags", "--libs", "till-http")
    run("cc", CONSUMER / "health.c", "-static", *flags, "-o", folder / "health")
    output = run(folder / "health", empty(folder / "shop") / "shop.db")
    expect(output == "healthz 200\n", f"health printed {output!r}")


@case
def own_sqlite_is_the_same(build, work):
    """A program that links the system's SQLite for itself shares it with the system build."""
    for components in ("shared", "static"):
        output = find_package(work / "prefix", work / f"sqlite-{components}", "C", components, "-DSQLITE=sqlite3")
        expect(f"own sqlite {sqlite_inside(output)}\n" in output, f"two SQLites: {output!r}")


@case
def reopens(build, work):
    find_package(work / "prefix", work / "reopen", "C", "shared")
    for library in (work / "prefix/lib/libtill.so.1", work / "self/lib/libtill.so.1"):
        for scope in ("local", "global"):
            run(work / "reopen/build/reopen", library, scope)
