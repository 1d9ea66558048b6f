#!/usr/bin/env bash
# Yardstick: pgbench's TPC-B on a PostgreSQL 15 of its own: durability on, Unix socket only.
# usage: tpcb.sh start FOLDER | run FOLDER SECONDS | stop FOLDER
# run prints: pgbench … tps=…
# FOLDER must be new at start, short (a socket's path), and in a folder that user postgres can enter.
set -euo pipefail
what=$1 folder=$2
bin=${PAYMETER_PG_BIN:-/usr/lib/postgresql/15/bin}
clients=64
scale=64   # as many branches as clients, or they would wait for each other's rows

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
client() { as_postgres env PGHOST="$folder" PGDATABASE=postgres "$@"; }

case $what in
  start)
    mkdir "$folder"
    [ "$(id -u)" != 0 ] || chown postgres: "$folder"
    as_postgres "$bin/initdb" -D "$folder/data" -A trust -E UTF8 --no-locale >"$folder.log" 2>&1 ||
      { cat "$folder.log" >&2; exit 1; }
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = on
synchronous_commit = on
full_page_writes = on
shared_buffers = 1GB
max_wal_size = 4GB
CONF
    as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w start >>"$folder.log" 2>&1 ||
      { cat "$folder.log" "$folder/server.log" >&2; exit 1; }
    client "$bin/pgbench" -i -q -s $scale >>"$folder.log" 2>&1 || { cat "$folder.log" >&2; exit 1; }
    client "$bin/psql" -qc checkpoint
    ;;
  run)
    # PGBENCH_OPTIONS: for looking around, such as "-M prepared".
    # shellcheck disable=SC2086
    client "$bin/pgbench" -n -c $clients -j 2 -T "$3" ${PGBENCH_OPTIONS:-} 2>&1 |
      awk '/^tps/{found = 1; print "pgbench tpc-b clients='$clients' scale='$scale' tps=" $3}
           {all = all $0 "\n"} END{if (!found) {printf "%s", all; exit 1}}'
    ;;
  stop)
    # Signals the process whose id is in this folder, and waits for its end.
    [ ! -f "$folder/data/postmaster.pid" ] ||
      as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null
    ;;
  *) echo "usage: tpcb.sh start|run|stop FOLDER [SECONDS]" >&2; exit 2 ;;
esac
