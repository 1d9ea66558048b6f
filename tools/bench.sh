#!/usr/bin/env bash
# Builds and runs the benchmarks beside their yardsticks: all of them, or the one that is named.
# Each ends in one line: bench NAME ratio=R goal>=G (or goal<=G).
#   PAYMETER_BENCH_FOLDER  where files are made (default /var/tmp): the disk that is measured
#   PAYMETER_BENCH_ROUNDS  how often benchmark and yardstick take turns
#   PAYMETER_BENCH_BUILD   the build folder (default build)
set -euo pipefail
cd "$(dirname "$0")/.."
all=(vend_sqlite vend_postgresql vend_latency ingest ingest_copy reading_size month_bills month_bills_sql poll_cpu poll_cpu_jsmodbus memory sweep dead_meters switch_latency minutes)
build=${PAYMETER_BENCH_BUILD:-build}
rounds=${PAYMETER_BENCH_ROUNDS:-}
port=$((20000 + RANDOM % 10000))   # the first of the slaves' ports

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
    poll_cpu|sweep|minutes) echo mbsim epoll_poll ;;
    poll_cpu_jsmodbus|memory) echo mbsim ;;
  esac
}

# Several figures come from one program, which is told the name.
program_of() {
  case $1 in
    poll_cpu|poll_cpu_jsmodbus|memory|sweep|minutes) echo polls ;;
    dead_meters|switch_latency) echo bus_model ;;
    *) echo "$1" ;;
  esac
}

# Slaves for the pollers: PORT GATEWAYS [DELAY_US]. They end with this script, or after an hour.
slaves=
start_slaves() {
  ulimit -n 20000
  coproc SLAVES { exec "$build/bench/mbsim" "$1" "$2" 3600 "${3:-0}" 2>/dev/null; }
  slaves=$SLAVES_PID
  local ready
  read -r -t 20 ready <&"${SLAVES[0]}" || { echo "bench: the simulated slaves do not start" >&2; exit 1; }
}
stop_slaves() {
  [ -z "$slaves" ] || { kill "$slaves" 2>/dev/null || true; wait "$slaves" 2>/dev/null || true; }
  slaves=
}
install_jsmodbus() {
  local folder=bench/yardsticks/jsmodbus
  [ -d "$folder/node_modules/jsmodbus" ] && return
  (cd "$folder" && npm ci --silent --no-fund --no-audit)
}

build_targets() {
  local targets=() name
  for name in "${names[@]}"; do
    # shellcheck disable=SC2207
    targets+=("bench_$(program_of "$name")" $(yardstick_targets "$name"))
  done
  cmake --preset release -B "$build" >build-configure.log 2>&1 || { cat build-configure.log; exit 1; }
  cmake --build "$build" --target "${targets[@]}" -j"$(nproc)" 2>&1 | tools/quiet_build.sh
}

scratch=
cluster=
clean_up() {
  stop_slaves
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

# The yardstick that a server of its own has to be started for, or nothing.
server_script() {
  case $1 in
    vend_sqlite|vend_postgresql) echo tpcb.sh ;;
    ingest_copy) echo pg_cluster.sh ;;
    month_bills_sql) echo bill_sql.sh ;;
  esac
}

run() {
  local name=$1 yardstick= server
  server=$(server_script "$name")
  if [ -n "$server" ]; then
    echo "starting PostgreSQL 15 for $server"
    cluster=$scratch/pg
    "bench/yardsticks/$server" start "$cluster"
  fi
  case $name in
    vend_sqlite|vend_postgresql) yardstick="bench/yardsticks/tpcb.sh run '$cluster' 5" ;;
    vend_latency) yardstick="'$build/bench/fsync_rate' '$scratch' 50" ;;
    ingest) yardstick="'$build/bench/sqlite_append'" ;;
    ingest_copy)
      yardstick="PGUSER=postgres PGDATABASE=postgres PGHOST='$cluster' '$build/bench/pg_copy'" ;;
    reading_size) yardstick="'$build/bench/sqlite_size'" ;;
    month_bills) yardstick="'$build/bench/bill_floor'" ;;
    month_bills_sql) yardstick="bench/yardsticks/bill_sql.sh run '$cluster'" ;;
    poll_cpu)
      start_slaves "$port" 313
      yardstick="'$build/bench/epoll_poll'" ;;
    sweep)
      start_slaves "$port" 313 20000
      yardstick="'$build/bench/epoll_poll'" ;;
    minutes)
      start_slaves "$port" 1000
      yardstick="'$build/bench/epoll_poll'" ;;
    poll_cpu_jsmodbus|memory)
      install_jsmodbus
      start_slaves "$port" 313
      yardstick="node bench/yardsticks/jsmodbus/poll_jsmodbus.js" ;;
    dead_meters|switch_latency) yardstick=none ;;
  esac
  # shellcheck disable=SC2086
  BENCH_NAME=$name BENCH_PORT=$port BENCH_GATEWAYS=1000 \
    "$build/bench/bench_$(program_of "$name")" "$scratch" "$yardstick" $rounds
  stop_slaves
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
