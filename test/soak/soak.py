#!/usr/bin/python3
"""Soak of the collector: a real station with its console's traffic against a simulated site, with dead
meters and a gateway that hangs and comes back again and again. Ends with one line of counts.

  soak.py --minutes 60 --meters 10000 --gateways 313 --dead 10        (make soak MINUTES=60)

Holds: every living meter's last contact is at most --age seconds old (except behind the gateway that is
down, and --recovery seconds after it is back), and resident memory grows less than --growth percent
after the first quarter.
"""
import argparse
import os
import select
import subprocess
import sys
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.join(HERE, "..", "..")
sys.path[:0] = [os.path.join(ROOT, "test", "support"), os.path.join(ROOT, "examples")]
import make_reference_site as site_maker  # noqa: E402
from station import BINARY, Station, free_ports, temporary_directory  # noqa: E402

GATEWAY_DOWN_S = 10
LOOK_EVERY_S = 5


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--meters", type=int, default=10_000)
    parser.add_argument("--gateways", type=int, default=313)
    parser.add_argument("--dead", type=int, default=10, help="percent of the meters")
    parser.add_argument("--restart-every", type=float, default=60, help="seconds")
    parser.add_argument("--age", type=float, default=60, help="seconds")
    parser.add_argument("--recovery", type=float, default=60, help="seconds")
    parser.add_argument("--growth", type=float, default=10, help="percent")
    return parser.parse_args()


def make_site(options, path):
    """The reference site's columns with as many gateways as wanted; ports must be free at once."""
    ports = free_ports(options.gateways)
    gateways, buses, rooms, meters = [], [], [], []
    for g in range(options.gateways):
        name = f"管理机{g + 1}"
        gateways.append([name, "127.0.0.1"])
        buses.append(site_maker.bus_row(name, "总线1", ports[g]))
        units = options.meters // options.gateways + (g < options.meters % options.gateways)
        for unit in range(1, units + 1):
            n = len(meters) + 1
            room = ("主楼", 1 + n // 1000, str(n), f"租户{n}")
            rooms.append(list(room))
            meters.append(site_maker.meter(str(100_000 + n), "强电井", unit, name, "总线1", room, 1,
                                           "单一电价", 0, f"PM{100_000 + n:08d}"))
    site = site_maker.small_site()
    for sheet, rows in (("通讯管理机", gateways), ("总线", buses), ("房间", rooms), ("仪表", meters),
                        ("建筑", [["主楼"]]), ("电价方案", site["电价方案"][1][:1])):
        site[sheet] = (site[sheet][0], rows)
    site_maker.write(site, path)
    return {row[0]: row[4] for row in meters}


class Plant:
    """`paymeter simulate`, told on its standard input what goes wrong."""

    def __init__(self, workbook):
        self.child = subprocess.Popen([BINARY, "simulate", workbook], stdin=subprocess.PIPE,
                                      stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for line in self.child.stdout:
            if line.startswith("ready"):
                return
        raise AssertionError("the simulated site did not start")

    def order(self, text):
        self.child.stdin.write(text + "\n")
        self.child.stdin.flush()
        answer = self.child.stdout.readline()
        if not answer.startswith("done"):
            raise AssertionError(f"{text}: {answer}")

    def stop(self):
        self.child.terminate()
        self.child.wait()


def resident_kb(pid):
    with open(f"/proc/{pid}/status", encoding="ascii") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))


class Soak:
    def __init__(self, options, station, plant, gateway_of, dead):
        self.options, self.station, self.plant = options, station, plant
        self.gateway_of, self.dead = gateway_of, dead
        self.excused = {}  # gateway: until when
        self.looks = self.late = self.restarts = 0
        self.oldest_ms, self.memory = 0, []

    def look(self):
        """What the console's matrix asks for, and what it must show."""
        now = time.monotonic()
        self.looks += 1
        self.memory.append(resident_kb(self.station.process.child.pid))
        for row in self.station.get("/api/v1/meters")["rows"]:
            code = row["code"]
            if code in self.dead or self.excused.get(self.gateway_of[code], 0) > now:
                continue
            age = row["age_ms"]
            if age is None or age > self.options.age * 1000:
                self.late += 1
            self.oldest_ms = max(self.oldest_ms, age or 0)

    def run(self):
        end = time.monotonic() + self.options.minutes * 60
        names = sorted(set(self.gateway_of.values()))
        next_restart, down, up_at = time.monotonic() + 5, None, 0
        while time.monotonic() < end:
            now = time.monotonic()
            if down and now >= up_at:
                self.plant.order(f"gateway {down} up")
                down = None
            if not down and now >= next_restart:
                down = names[self.restarts % len(names)]
                self.plant.order(f"gateway {down} down")
                up_at, next_restart = now + GATEWAY_DOWN_S, now + self.options.restart_every
                self.excused[down] = up_at + self.options.recovery
                self.restarts += 1
            self.look()
            # Nothing to wait for: the pause is the console's own rhythm.
            select.select([], [], [], max(0, LOOK_EVERY_S - (time.monotonic() - now)))

    def quarters(self):
        """Resident memory at the end of each quarter: whether growth goes on or has ended."""
        last = len(self.memory) - 1
        return ",".join(f"{self.memory[last * n // 4] / 1024:.1f}" for n in range(1, 5))

    def verdict(self):
        quarter = self.memory[len(self.memory) // 4]
        growth = 100 * (self.memory[-1] - quarter) / quarter
        print(f"soak minutes={self.options.minutes:g} meters={self.options.meters} "
              f"gateways={self.options.gateways} dead={len(self.dead)} restarts={self.restarts} "
              f"looks={self.looks} late={self.late} oldest_s={self.oldest_ms / 1000:.1f} "
              f"rss_mb_by_quarter={self.quarters()} rss_growth_percent={growth:.1f}")
        return self.late == 0 and growth <= self.options.growth


def main():
    options = arguments()
    with temporary_directory() as directory:
        workbook = os.path.join(directory, "site.xlsx")
        gateway_of = make_site(options, workbook)
        codes = sorted(gateway_of)
        dead = {code for i, code in enumerate(codes) if i * options.dead % 100 < options.dead}
        plant = Plant(workbook)
        station = Station(directory)
        try:
            station.start().log_in()
            station.import_file(workbook)
            for code in dead:
                plant.order(f"kill {code}")
            station.until("every living meter was read", lambda: all(
                row["code"] in dead or row["age_ms"] is not None
                for row in station.get("/api/v1/meters")["rows"]), 600)
            soak = Soak(options, station, plant, gateway_of, dead)
            soak.run()
            held = soak.verdict()
        finally:
            station.process.stop()
            plant.stop()
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
