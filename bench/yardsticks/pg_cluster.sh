#!/usr/bin/env bash
# A PostgreSQL 15 of its own for yardsticks: durability on, Unix socket only.
# usage: pg_cluster.sh start FOLDER | client FOLDER COMMAND… | stop FOLDER
# client runs a command of PostgreSQL (psql …), or any program, with PGHOST and PGDATABASE set.
# FOLDER must be new at start, short (a socket's path), and in a folder that user postgres can enter.
set -euo pipefail
what=$1 folder=$2
shift 2
bin=${PAYMETER_PG_BIN:-/usr/lib/postgresql/15/bin}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
fail_with() { cat "$@" >&2; exit 1; }

case $what in
  start)
    mkdir "$folder"
    [ "$(id -u)" != 0 ] || chown postgres: "$folder"
    as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale \
      >"$folder.log" 2>&1 || fail_with "$folder.log"
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
      fail_with "$folder.log" "$folder/server.log"
    ;;
  client)
    program=$1
    shift
    [ ! -x "$bin/$program" ] || program=$bin/$program
    as_postgres env PGHOST="$folder" PGDATABASE=postgres "$program" "$@"
    ;;
  stop)
    # Signals the process whose id is in this folder, and waits for its end.
    [ ! -f "$folder/data/postmaster.pid" ] ||
      as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null
    ;;
  *) echo "usage: pg_cluster.sh start|client|stop FOLDER [COMMAND]" >&2; exit 2 ;;
esac
