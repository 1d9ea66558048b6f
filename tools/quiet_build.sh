#!/usr/bin/env bash
# Shows one progress line on a terminal, a line per tenth of the build elsewhere, and everything
# that is not progress (errors) in full.
exec python3 -u -c '
import re, sys
tty = sys.stdout.isatty(); shown = -1
for line in sys.stdin:
    m = re.match(r"\[(\d+)/(\d+)\] (.*)", line)
    if not m:
        if "no work to do" not in line: sys.stdout.write(line)
        continue
    done, total = int(m[1]), int(m[2])
    if tty: sys.stdout.write("\r\033[Kbuild: %d of %d" % (done, total) + ("\n" if done == total else ""))
    elif done * 10 // total > shown:
        shown = done * 10 // total; print("build: %d of %d" % (done, total))
'
