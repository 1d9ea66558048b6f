#!/usr/bin/env bash
# Yardstick: pgbench's TPC-B on a PostgreSQL 15 of its own (pg_cluster.sh).
# usage: tpcb.sh start FOLDER | run FOLDER SECONDS | stop FOLDER
# run prints: pgbench … tps=…
set -euo pipefail
cluster=$(dirname "$(readlink -f "$0")")/pg_cluster.sh
what=$1 folder=$2
clients=64
scale=64   # as many branches as clients, or they would wait for each other's rows

client() { "$cluster" client "$folder" "$@"; }

case $what in
  start)
    "$cluster" start "$folder"
    client pgbench -i -q -s $scale >>"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
    client psql -qc checkpoint
    ;;
  run)
    # PGBENCH_OPTIONS: for looking around, such as "-M prepared".
    # shellcheck disable=SC2086
    client pgbench -n -c $clients -j 2 -T "$3" ${PGBENCH_OPTIONS:-} 2>&1 |
      awk '/^tps/{found = 1; print "pgbench tpc-b clients='$clients' scale='$scale' tps=" $3}
           {all = all $0 "\n"} END{if (!found) {printf "%s", all; exit 1}}'
    ;;
  stop) "$cluster" stop "$folder" ;;
  *) echo "usage: tpcb.sh start|run|stop FOLDER [SECONDS]" >&2; exit 2 ;;
esac
