#!/usr/bin/env bash
# Runs every fuzz target for $1 seconds each and prints executions and coverage.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
cmake --preset fuzz >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
targets=$(git ls-files 'src/*_fuzz.cpp' | xargs -n1 basename | sed 's/\.cpp$//')
# shellcheck disable=SC2086
cmake --build build-fuzz --target $targets 2>&1 | tools/quiet_build.sh
for target in $targets; do
  corpus="build-fuzz/corpus/$target"; seeds="test/corpus/modbus"
  mkdir -p "$corpus"
  binary=$(find build-fuzz -name "$target" -type f -perm -u+x | head -n1)
  "$binary" -max_total_time="$seconds" -timeout=5 -rss_limit_mb=2048 -print_final_stats=1 "$corpus" "$seeds" >"build-fuzz/$target.log" 2>&1 ||
    { tail -n 40 "build-fuzz/$target.log"; echo "fuzz $target: FAILED (log build-fuzz/$target.log)"; exit 1; }
  runs=$(awk '/stat::number_of_executed_units/{print $2}' "build-fuzz/$target.log")
  cov=$(grep -oE 'cov: [0-9]+' "build-fuzz/$target.log" | tail -n1)
  echo "fuzz $target: ${runs:-?} executions, ${cov:-cov: ?} edges, no finding"
done
