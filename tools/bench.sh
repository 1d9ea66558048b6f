#!/usr/bin/env bash
# Builds and runs the benchmarks beside their yardsticks: all of them, or the one that is named.
# Each ends in one line: bench NAME ratio=R goal>=G (or goal<=G).
#   PAYMETER_BENCH_FOLDER  where files are made (default /var/tmp): the disk that is measured
#   PAYMETER_BENCH_ROUNDS  how often benchmark and yardstick take turns
#   PAYMETER_BENCH_BUILD   the build folder (default build)
set -euo pipefail
cd "$(dirname "$0")/.."
all=(vend_sqlite vend_postgresql vend_latency ingest ingest_copy reading_size month_bills month_bills_sql)
build=${PAYMETER_BENCH_BUILD:-build}
rounds=${PAYMETER_BENCH_ROUNDS:-}

names=("${all[@]}")
if [ -n "${1:-}" ]; then
  case " ${all[*]} " in
    *" $1 "*) names=("$1") ;;
    *) echo "bench: no benchmark $1; there are: ${all[*]}" >&2; exit 2 ;;
  esac
fi

yardstick_targets() {
  case $1 in
    vend_latency) echo fsync_rate ;;
    ingest) echo sqlite_append ;;
    ingest_copy) echo pg_copy ;;
    reading_size) echo sqlite_size ;;
    month_bills) echo bill_floor ;;
  esac
}

build_targets() {
  local targets=() name
  for name in "${names[@]}"; do
    # shellcheck disable=SC2207
    targets+=("bench_$name" $(yardstick_targets "$name"))
  done
  cmake --preset release -B "$build" >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
  cmake --build "$build" --target "${targets[@]}" -j"$(nproc)" 2>&1 | tools/quiet_build.sh
}

scratch=
cluster=
clean_up() {
  [ -z "$cluster" ] || bench/yardsticks/pg_cluster.sh stop "$cluster" || true
  [ -z "$scratch" ] || rm -rf "$scratch"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

make_scratch() {
  local parent=${PAYMETER_BENCH_FOLDER:-/var/tmp}
  scratch=$(mktemp -d "$parent/paymeter-bench-XXXXXX")
  chmod 711 "$scratch"   # user postgres must reach its cluster
  case $(stat -f -c %T "$scratch") in
    tmpfs|ramfs) echo "bench: $parent is in memory, syncs cost nothing there: choose a disk" >&2; exit 1 ;;
  esac
}

run() {
  local name=$1 yardstick=
  case $name in
    vend_sqlite|vend_postgresql)
      echo "starting PostgreSQL 15 for pgbench"
      cluster=$scratch/pg
      bench/yardsticks/tpcb.sh start "$cluster"
      yardstick="bench/yardsticks/tpcb.sh run '$cluster' 5" ;;
    vend_latency) yardstick="'$build/bench/fsync_rate' '$scratch' 50" ;;
    ingest) yardstick="'$build/bench/sqlite_append'" ;;
    ingest_copy)
      echo "starting PostgreSQL 15 for COPY"
      cluster=$scratch/pg
      bench/yardsticks/pg_cluster.sh start "$cluster"
      yardstick="PGUSER=postgres PGDATABASE=postgres PGHOST='$cluster' '$build/bench/pg_copy'" ;;
    reading_size) yardstick="'$build/bench/sqlite_size'" ;;
    month_bills) yardstick="'$build/bench/bill_floor'" ;;
    month_bills_sql)
      echo "starting PostgreSQL 15 and filling its table"
      cluster=$scratch/pg
      bench/yardsticks/bill_sql.sh start "$cluster"
      yardstick="bench/yardsticks/bill_sql.sh run '$cluster'" ;;
  esac
  # shellcheck disable=SC2086
  "$build/bench/bench_$name" "$scratch" "$yardstick" $rounds
  if [ -n "$cluster" ]; then
    bench/yardsticks/pg_cluster.sh stop "$cluster"
    rm -rf "$cluster"
    cluster=
  fi
}

build_targets
make_scratch
for name in "${names[@]}"; do
  echo "== $name"
  run "$name"
done
