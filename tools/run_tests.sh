#!/usr/bin/env bash
# `make test`: every suite in turn; goes on after a failure, ends with `N passed, N failed`.
set -uo pipefail
cd "$(dirname "$0")/.."
passed=0; failed=0; jobs=$(nproc)
export LSAN_OPTIONS=suppressions=$PWD/test/support/lsan.supp:print_suppressions=0
say() { printf '== %s\n' "$*"; }

count() { passed=$((passed + $1)); failed=$((failed + $2)); }

# ctest's summary: "98% tests passed, 2 tests failed out of 100"
run_ctest() {
  local name=$1; shift
  say "$name"
  local log; log=$(mktemp)
  ctest --no-tests=error --output-on-failure -j"$jobs" "$@" >"$log" 2>&1
  local line; line=$(grep -E 'tests passed, [0-9]+ tests? failed out of' "$log")
  if [ -z "$line" ]; then tail -n 30 "$log"; count 0 1; return; fi
  local bad all; bad=$(sed -E 's/.*, ([0-9]+) tests? failed.*/\1/' <<<"$line"); all=${line##* }
  [ "$bad" = 0 ] || grep -vE '^ *[0-9]+/[0-9]+ Test .*Passed|^ *Start ' "$log"
  count $((all - bad)) "$bad"; echo "$((all - bad)) passed, $bad failed"; rm -f "$log"
}

# A command that passes or fails as one.
run_one() {
  local name=$1; shift
  say "$name"
  local log; log=$(mktemp)
  if "$@" >"$log" 2>&1; then count 1 0; tail -n 3 "$log"; else count 0 1; cat "$log"; echo "FAILED: $name"; fi
  rm -f "$log"
}

build_all() { cmake --preset "$1" >build-configure.log 2>&1 && cmake --build "$2" -j"$jobs" 2>&1 | tools/quiet_build.sh; }

run_one "layer check" python3 tools/check_layers.py
run_one "style check" python3 tools/check_style.py
run_one "tools" python3 tools/run_tests.py

say "build everything (release)"
build_all release build || { count 0 1; cat build-configure.log | tail -n 20; }
run_ctest "unit, peers, simulation, end to end (release)" --test-dir build

run_one "console: types, lint, units" bash -c 'cd web && npm run --silent check'

if [ "${PAYMETER_TEST_SANITIZE:-1}" = 1 ]; then
  say "build everything (address and undefined behaviour sanitizers)"
  build_all asan build-asan || { count 0 1; tail -n 20 build-configure.log; }
  run_ctest "unit and simulation (sanitizers)" --test-dir build-asan -LE "peers|browser|model|end_to_end"
fi

echo
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
