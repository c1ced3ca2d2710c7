#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
#
# Installs what is missing, builds, and runs tests. Ends with "N passed, N failed" on a line alone.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# In this order: the cheap complaints first. The others run when they are named.
default_suites=(house abi docs unit c_api http parity security browser tidy package python asan tsan fuzz)
jobs=${TILL_JOBS:-$(nproc)}
test_timeout_s=900 # Of one test; the slowest takes a third of it under ThreadSanitizer.
logs=build/log

usage() {
    cat << 'END'
tests/run.sh                      every suite below up to fuzz
tests/run.sh SUITE [ARGUMENTS]    that one

  house     the rules of the repository: includes, lengths, headers, exports, formatting
  abi       the ABI is as described, exports what it lists, and breaks no program built before
  docs      the API reference (build/docs), and every sample of README and guides, built and run
  unit      base, domain, crypto, sql, core, properties, faults: the insides, in one process or several
  c_api     the C ABI, through the shared library
  http      the REST adapter and till-server, on real sockets
  parity    what the Django stack answers, replayed: parity [--cases FILE]
  browser   the pages in Chromium, the API's document in a linter and a typed client
  tidy      clang-tidy over src and examples: what has changed, or, by its name, all
  package   installed, as a part of another project, static, self-contained: programs that use it
  python    the Python package: calls, types, tutorial, wheel, WSGI and its parity, examples
  asan      unit, c_api, http and parity under AddressSanitizer and UBSan
  tsan      the same under ThreadSanitizer
  fuzz      the fuzz targets, by libFuzzer, half a minute each
  bench     ratios against the raw SQLite C API, and Python's against C
  security  the rows of the security checklist, each with its tests: security [ROW...]

Environment: TILL_JOBS (cores).
END
}

passed=0
failed=0
summary=()

# Shows what a log's build has reached, on a terminal only.
watch_log() { # PID LABEL LOG
    while kill -0 "$1" 2> /dev/null; do
        local at
        at=$(tail -c 400 "$3" 2> /dev/null | grep -ao '\[[0-9]*/[0-9]*\]' | tail -n 1 || true)
        printf '\r  %-28s %s ' "$2" "$at"
        sleep 0.5
    done
    printf '\r'
}

# Runs a command with its output in a log, one line with its seconds; the log's end when it fails.
step() { # LABEL LOG COMMAND...
    local label=$1 log=$2 status=0 start=$SECONDS
    shift 2
    "$@" > "$log" 2>&1 < /dev/null &
    local pid=$!
    if [[ -t 1 ]]; then
        watch_log "$pid" "$label" "$log"
    fi
    wait "$pid" || status=$?
    if [[ $status -eq 0 ]]; then
        printf '  %-28s %4d s\n' "$label" $((SECONDS - start))
        return 0
    fi
    printf '  %-28s %4d s  FAILED\n' "$label" $((SECONDS - start))
    grep -aE -m 20 -A 6 'error[: ]|FAILED:|CMake Error' "$log" || tail -n 40 "$log"
    echo "  (all of it: $log)"
    return 1
}

build() { # PRESET
    # Said aloud, since examples/run.sh configures without the tests.
    local preset=$1 arguments=(-DTILL_BUILD_TESTS=ON)
    if command -v ccache > /dev/null; then
        arguments+=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
    fi
    # Every time: a folder that joined is found by configuring alone. It takes a second.
    step "configure $preset" "$logs/$preset-configure.log" \
        cmake --preset "$preset" "${arguments[@]}" || return 1
    step "build $preset" "$logs/$preset-build.log" cmake --build --preset "$preset" -j "$jobs"
}

# Adds a suite's totals; a suite that failed without counting counts as one failure.
count() { # SUITE PASSED FAILED STATUS SECONDS
    local bad=$3
    if [[ $4 -ne 0 && $bad -eq 0 ]]; then bad=1; fi
    passed=$((passed + $2))
    failed=$((failed + bad))
    summary+=("$(printf '  %-10s %5d passed %5d failed %6d s' "$1" "$2" "$bad" "$5")")
}

run_ctest() { # SUITE PRESET ARGUMENTS...
    local suite=$1 preset=$2 status=0 start=$SECONDS log=$logs/$1-test.log
    shift 2
    set +e # For PIPESTATUS: the first command's status is the one that counts.
    ctest --test-dir "build/$preset" -j "$jobs" --timeout "$test_timeout_s" --output-on-failure \
        --no-tests=error "$@" < /dev/null 2>&1 | tee "$log" | grep -avE '^ +Start +[0-9]+:'
    status=${PIPESTATUS[0]}
    set -e
    # "98% tests passed, 2 tests failed out of 100"
    local bad=0 all=0
    read -r bad all < <(sed -nE 's/.*, ([0-9]+) tests? failed out of ([0-9]+).*/\1 \2/p' "$log") || true
    count "$suite" $((all - bad)) "$bad" "$status" $((SECONDS - start))
}

# The replay by itself, with every verdict: "40 cases: 37 pass, 1 fail, 2 deviate, 0 unsupported".
run_replay() { # ARGUMENTS...
    local status=0 start=$SECONDS log=$logs/parity-test.log passes=0 fails=0 deviates=0 unsupported=0
    set +e # For PIPESTATUS.
    build/release/bin/till_parity "$@" < /dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    read -r passes fails deviates unsupported < <(sed -nE \
        's/^[0-9]+ cases: ([0-9]+) pass, ([0-9]+) fail, ([0-9]+) deviate, ([0-9]+) unsupported.*/\1 \2 \3 \4/p' \
        "$log") || true
    count parity $((passes + deviates)) $((fails + unsupported)) "$status" $((SECONDS - start))
}

# A table, not a test: it fails when a benchmark cannot run, not when a ratio is missed.
run_bench() { # ARGUMENTS...
    local status=0 start=$SECONDS
    build/release/bin/till_bench "$@" < /dev/null || status=1
    if [[ $# -eq 0 ]]; then
        PYTHONPATH=bindings/python/src TILL_LIBRARY=build/release/lib PYTHONDONTWRITEBYTECODE=1 \
            /usr/bin/python3 tests/python/bench.py build/release/lib/libtill_python_c_side.so < /dev/null || status=1
    fi
    count bench $((1 - status)) "$status" "$status" $((SECONDS - start))
}

# clang-tidy with the list of .clang-tidy, by the release preset's compile commands.
run_tidy() { # ARGUMENTS: --changed, patterns of paths...
    local status=0 start=$SECONDS log=$logs/tidy.log
    step "clang-tidy" "$log" tests/house/tidy.py -j "$jobs" build/release "$@" || status=1
    count tidy $((1 - status)) "$status" "$status" $((SECONDS - start))
}

# The table of the security rows: "80 rows: 66 pass, 2 fail (1 of them critical or high), 12 not applicable".
run_security() { # ROWS...
    local status=0 start=$SECONDS log=$logs/security-test.log passes=0 fails=0
    set +e # For PIPESTATUS.
    tests/security/report.py -j "$jobs" build/release "$@" < /dev/null 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    set -e
    read -r passes fails < <(sed -nE 's/^[0-9]+ rows: ([0-9]+) pass, ([0-9]+) fail.*/\1 \2/p' "$log") || true
    count security "$passes" "$fails" "$status" $((SECONDS - start))
}

run_suite() { # SUITE ARGUMENTS...
    local suite=$1 preset=release start=$SECONDS
    shift
    echo "== $suite"
    case $suite in
        asan | tsan | fuzz) preset=$suite ;;
    esac
    if ! build "$preset"; then
        count "$suite" 0 1 1 $((SECONDS - start))
        return
    fi
    case $suite in
        asan | tsan) run_ctest "$suite" "$preset" -LE '^(house|abi|bench|browser)$' "$@" ;;
        tidy) run_tidy "$@" ;;
        bench) run_bench "$@" ;;
        security) run_security "$@" ;;
        parity)
            if [[ $# -gt 0 ]]; then
                run_replay "$@"
            else
                run_ctest "$suite" "$preset" -L "^$suite\$"
            fi
            ;;
        *) run_ctest "$suite" "$preset" -L "^$suite\$" "$@" ;;
    esac
}

suites=("${default_suites[@]}")
arguments=()
named=0
if [[ $# -gt 0 ]]; then
    named=1
    case $1 in
        -h | --help)
            usage
            exit 0
            ;;
        house | abi | docs | unit | c_api | http | parity | package | security | bench | asan | tsan | fuzz | python | browser | tidy)
            suites=("$1")
            arguments=("${@:2}")
            ;;
        *)
            echo "run.sh: there is no suite '$1'." >&2
            usage >&2
            exit 2
            ;;
    esac
fi

# UBSan stops at the first complaint by its build flags; the others by these.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_stack_use_after_return=1:strict_string_checks=1}
export UBSAN_OPTIONS=${UBSAN_OPTIONS:-print_stacktrace=1}
export TSAN_OPTIONS=${TSAN_OPTIONS:-halt_on_error=1:second_deadlock_stack=1}
export CTEST_OUTPUT_ON_FAILURE=1

start=$SECONDS
mkdir -p "$logs"
tests/install.sh all
for suite in "${suites[@]}"; do
    case $suite in
        tidy) # All of it takes a quarter of an hour of two cores: as an order only.
            if [[ $named -eq 0 ]]; then arguments=(--changed); fi
            run_suite tidy "${arguments[@]}"
            arguments=()
            ;;
        *) run_suite "$suite" "${arguments[@]}" ;;
    esac
done

printf '\n%s\n' "${summary[@]}"
printf '  %-10s %36d s\n\n' all $((SECONDS - start))
echo "$passed passed, $failed failed"
if [[ $failed -gt 0 ]]; then exit 1; fi
if [[ $passed -eq 0 ]]; then exit $((named ? 3 : 1)); fi
