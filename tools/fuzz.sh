#!/usr/bin/env bash
# fuzz.sh [SECONDS] [TARGET…]: runs fuzz targets (all of them by default) for SECONDS each and
# prints executions, executions per second and the covered part of the instrumented edges.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
shift || true
cmake --preset fuzz >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
targets=${*:-$(git ls-files 'src/*_fuzz.cpp' | xargs -n1 basename | sed 's/\.cpp$//')}
# shellcheck disable=SC2086
cmake --build build-fuzz --target $targets 2>&1 | tools/quiet_build.sh
for target in $targets; do
  corpus="build-fuzz/corpus/$target"; seeds="test/corpus/modbus"; log="build-fuzz/$target.log"
  mkdir -p "$corpus"
  binary=$(find build-fuzz -name "$target" -type f -perm -u+x | head -n1)
  "$binary" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 "$corpus" "$seeds" >"$log" 2>&1 ||
    { tail -n 40 "$log"; echo "fuzz $target: FAILED (log $log)"; exit 1; }
  runs=$(awk '/stat::number_of_executed_units/{print $2}' "$log")
  rate=$(awk '/stat::average_exec_per_sec/{print $2}' "$log")
  cov=$(grep -oE 'cov: [0-9]+' "$log" | tail -n1 | grep -oE '[0-9]+')
  # One counter per edge of everything that is linked in, the sanitized C++ library aside.
  edges=$(grep -oE 'inline 8-bit counters\): [0-9]+|\([0-9]+ inline 8-bit counters' "$log" | grep -oE '[0-9]+' | head -n1)
  repairs=""
  ! grep -q LLVMFuzzerCustomMutator "$(git ls-files "src/*/$target.cpp")" || repairs=", checksums repaired"
  echo "fuzz $target: ${runs:-?} executions (${rate:-?}/s), coverage ${cov:-?} of ${edges:-?} edges$repairs, no finding"
done
