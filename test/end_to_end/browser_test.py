#!/usr/bin/env python3
"""Drives Chromium through the whole job: import, opening, sale, slip, trip, re-close, on a station
and a virtual site of their own; then through the pages of collector and control. The steps are in web/e2e."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from station import BINARY, ROOT, Process, Station, site_on_free_ports, temporary_directory

# The first one takes the one-time password and sets the one that the next one uses.
SCRIPTS = [("e2e/console.e2e.mjs", None), ("e2e/control.e2e.mjs", "correct-horse-battery")]
WORKBOOK = os.path.join(ROOT, "examples", "small-site.xlsx")


def main():
    with temporary_directory() as directory:
        workbook, _ = site_on_free_ports(WORKBOOK, directory)
        site = Process([BINARY, "simulate", workbook])
        site.wait_for(r"^ready")
        station = Station(directory).start()
        try:
            env = {**os.environ, "PAYMETER_URL": f"http://127.0.0.1:{station.port}",
                   "PAYMETER_PASSWORD": station.one_time, "PAYMETER_SITE": workbook,
                   "PATH": os.path.join(ROOT, "tools", "node", "bin") + os.pathsep + os.environ["PATH"]}
            for script, password in SCRIPTS:
                done = subprocess.run(["node", script], cwd=os.path.join(ROOT, "web"), timeout=280,
                                      env={**env, **({"PAYMETER_PASSWORD": password} if password else {})})
                if done.returncode != 0:
                    print("\n".join(station.process.lines[-40:]))
                    sys.exit(1)
        finally:
            station.process.kill()
            site.stop()


if __name__ == "__main__":
    main()
