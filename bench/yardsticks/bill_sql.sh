#!/usr/bin/env bash
# Yardstick: the month's bills as SQL in PostgreSQL 15 over an indexed table in its memory.
# usage: bill_sql.sh start FOLDER | run FOLDER | stop FOLDER
# run prints: bill_sql ms=…    The values are those of month_values.hpp.
set -euo pipefail
cluster=$(dirname "$(readlink -f "$0")")/pg_cluster.sh
what=$1 folder=$2

case $what in
  start)
    "$cluster" start "$folder"
    "$cluster" client "$folder" psql -U postgres -q -v ON_ERROR_STOP=1 <<'SQL'
create unlogged table hh (meter int4, ts int8, kwh int8);
insert into hh
  select m, 1796054400 + i * 1800, m + coalesce(sum((m * 7 + (i - 1) * 13) % 97)
    filter (where i > 0) over (partition by m order by i), 0)
  from generate_series(0, 9999) m, generate_series(0, 1488) i;
create index on hh (meter, ts);
vacuum analyze hh;
SQL
    ;;
  run)
    "$cluster" client "$folder" psql -U postgres -q -v ON_ERROR_STOP=1 -c '\timing on' -c "
      select count(*), sum(c) from (
        select meter, sum(price * d) + greatest(0, sum(d) - 20000) * 2 c from (
          select meter, kwh - lag(kwh) over w d,
            case when h between 8 and 10 or h between 18 and 21 then 12 when h < 6 then 4 else 8 end
              price
          from (select meter, ts, kwh, ((ts - 1 + 28800) / 3600) % 24 h from hh) x
          window w as (partition by meter order by ts)) y
        group by meter) z" |
      awk '/^Time:/{print "bill_sql ms=" $2; found = 1} END{exit !found}'
    ;;
  stop) "$cluster" stop "$folder" ;;
  *) echo "usage: bill_sql.sh start|run|stop FOLDER" >&2; exit 2 ;;
esac
