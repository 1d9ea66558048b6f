#!/usr/bin/env bash
# A PostgreSQL 15 for tests: Unix socket only, user postgres, in a folder of its own.
# usage: postgresql.sh start FOLDER | restart FOLDER | kill FOLDER | stop FOLDER
#   start    anew, whatever was there
#   restart  after kill, on the same data
#   kill     SIGKILL for the server and all its processes, as a power cut ends them
#   stop     and deletes the folder
# FOLDER: short (a socket's path has 107 characters), absolute, reachable for user postgres.
# PAYMETER_TEST_OWNER=pid: stops by itself when that process has ended.
# PAYMETER_TEST_FSYNC=on: synced as in earnest; off (default) is quicker.
set -euo pipefail
what=$1 folder=$2
bin=${PAYMETER_PG_BIN:-/usr/lib/postgresql/15/bin}

# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}
say_and_fail() { cat "$@" >&2; exit 1; }

server_pid() { head -n 1 "$folder/data/postmaster.pid" 2>/dev/null || true; }

launch() {
  as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/server.log" -w -t 60 start >"$folder/start.log" 2>&1 ||
    say_and_fail "$folder/start.log" "$folder/server.log"
}

stop() {
  [ -z "$(server_pid)" ] || as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -w stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}

# A test that is killed cannot stop its server.
watch_owner() {
  while kill -0 "$PAYMETER_TEST_OWNER"; do sleep 1; done
  stop
}

case $what in
  start)
    stop
    mkdir -p "$folder"
    [ "$(id -u)" != 0 ] || chown postgres: "$folder"
    as_postgres "$bin/initdb" -D "$folder/data" -U postgres -A trust -E UTF8 --no-locale --no-sync \
      >"$folder/initdb.log" 2>&1 || say_and_fail "$folder/initdb.log"
    cat >>"$folder/data/postgresql.conf" <<CONF
listen_addresses = ''
unix_socket_directories = '$folder'
fsync = ${PAYMETER_TEST_FSYNC:-off}
full_page_writes = ${PAYMETER_TEST_FSYNC:-off}
wal_level = minimal
max_wal_senders = 0
autovacuum = off
recovery_init_sync_method = syncfs
shared_buffers = 64MB
CONF
    launch
    [ -z "${PAYMETER_TEST_OWNER:-}" ] || watch_owner </dev/null >/dev/null 2>&1 & ;;
  restart) launch ;;
  kill)
    pid=$(server_pid)
    children=$(ps -o pid= --ppid "$pid")
    # The father first: it would start its children anew.
    # shellcheck disable=SC2086
    kill -9 $pid $children 2>/dev/null || true
    # shellcheck disable=SC2086
    while kill -0 $pid $children 2>/dev/null; do sleep 0.02; done ;;
  stop) stop ;;
  *) echo "usage: postgresql.sh start|restart|kill|stop FOLDER" >&2; exit 2 ;;
esac
