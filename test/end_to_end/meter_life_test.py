#!/usr/bin/env python3
"""What the protocol page says of a meter's life, checked on both implementations from outside.

Charging with steps, alarms, arrears, overload, forced states, clear and month change: a scenario
plays on `paymeter simulate` (time 3600 times as fast, its own load) and on the Python meter (a load
of 1.7 kW). Every read of 6000-6030 must obey the page by itself, and each event must happen.
"""
import datetime
import os
import random
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import reference_meter as ref
from station import BINARY, Process, free_ports, temporary_directory
from two_meters_test import Wire, site_workbook

PRICE = 1_000_000                      # 100 yuan/kWh: 0.01 kWh is 1 yuan
STEPS = [(2, 2_000_000), (1, 500_000)]  # not ascending: the highest reached one applies
ALARM_1, ALARM_2, OVERDRAFT = 20_000, 5_000, 3_000


def cost_fine(centi_kwh):
    """What the energy of a cycle costs in 10^-6 yuan."""
    edges = [(0, 0)] + sorted(STEPS)
    total = 0
    for (start, extra), (end, _) in zip(edges, edges[1:] + [(1 << 40, 0)]):
        part = max(0, min(centi_kwh, end * 100) - start * 100)
        total += part * (PRICE + extra)
    return total


class Quick:
    """The Python meter: 20 s of its life pass before each question."""

    def __init__(self, meter):
        self.meter = meter

    def ask(self, pdu):
        for _ in range(20):
            self.meter.second()
        return self.meter.answer(pdu)


class Scenario:
    def __init__(self, name, wire, serial, key):
        self.name, self.wire, self.serial, self.key = name, wire, serial, key
        self.epoch = self.version = 0
        self.mode = (0, 0)
        self.overload = 0
        self.open = False
        self.seen = None
        self.moved = 0
        self.reads = 0

    # --- commands

    def write(self, block, body, mac=True):
        if mac:
            body += ref.mac_of(self.key, self.serial, self.epoch, block, body)
        pdu = struct.pack(">BHHB", 16, block, len(body) // 2, len(body)) + body
        reply = self.wire.ask(pdu)
        self.seen = None
        return reply

    def accepted(self, *arguments, **named):
        reply = self.write(*arguments, **named)
        assert reply[0] == 0x10, (self.name, reply.hex(), arguments)

    def relay(self, mode, position):
        self.accepted(ref.RELAY, struct.pack(">HH", mode, position), mac=False)
        self.mode = (mode, position)

    def settings(self, overload):
        self.version += 1
        self.overload = overload
        self.accepted(ref.SETTINGS, struct.pack(">5I", self.version, ALARM_1, ALARM_2, overload,
                                                OVERDRAFT))

    def sell(self, fen):
        now = self.look()
        self.accepted(ref.SALE, struct.pack(">HiI", now["count"] + 1, fen, 1))
        return self.look()

    def clock(self, at):
        self.version += 1
        self.accepted(ref.CLOCK, struct.pack(">I", self.version) + ref.clock_bytes(at))

    # --- one instant, and the laws of the page about it

    def look(self):
        reply = self.wire.ask(struct.pack(">BHH", 3, 0x6000, 0x31))
        self.reads += 1
        status, balance, remaining, sold, count = struct.unpack_from(">HiiiH", reply, 2 + 2)
        now = {"status": status, "balance": balance, "remaining": remaining, "sold": sold,
               "count": count, "open": bool(status & 1), "overload": bool(status >> 5 & 1),
               "cleared": struct.unpack_from(">i", reply, 2 + 2 * 0x1A)[0],
               "cycle": struct.unpack_from(">I", reply, 2 + 2 * 0x29)[0]}
        self._laws(now)
        self.seen = now
        return now

    def _laws(self, now):
        def law(condition, sentence):
            assert condition, f"{self.name}: {sentence}: {now}"
        balance, bit = now["balance"], lambda i: now["status"] >> i & 1
        law(bit(6) == self.open, "b6 account open")
        law(bit(1) == self.mode[0], "b1 forced")
        for i, limit in ((2, ALARM_1), (3, ALARM_2), (4, 0)):
            law(bit(i) == (self.open and balance <= limit), f"b{i}: balance <= {limit}")
        if self.mode[0] == 1:
            law(now["open"] == (self.mode[1] == 1), "forced closed never trips, forced open stays")
        elif not self.open:
            law(not now["open"], "closed account: the relay is closed unless forced open")
        elif balance < -OVERDRAFT or bit(5):
            law(now["open"], "below -overdraft, or overload: open")
        elif balance > 0:
            law(not now["open"], "balance above 0, no overload: closed")
        if not self.open:
            law(now["cycle"] == 0 and now["remaining"] == 0 and balance == 0, "closed: nothing counts")
            return
        extra = max([(s, e) for s, e in STEPS if now["cycle"] >= s * 100], default=(0, 0))[1]
        law(now["remaining"] == balance * 10_000 // (PRICE + extra), "remaining energy")
        if self.charged:
            # 10^-6 yuan are 10^-4 fen; the energy shown is rounded down to 0.01 kWh
            most = (now["sold"] * 10_000 - cost_fine(now["cycle"])) // 10_000
            least = (now["sold"] * 10_000 - cost_fine(now["cycle"] + 1)) // 10_000
            law(least <= balance <= most, f"sold less charged is {least}..{most}")
        if self.seen and self.seen["open"] and now["open"]:
            # the part of a second before it opened is charged when that second ends
            moved = now["cycle"] and (now["cycle"], balance) != (self.seen["cycle"],
                                                                 self.seen["balance"])
            self.moved += bool(moved)
            law(self.moved <= 1 and now["cycle"] - self.seen["cycle"] <= 1,
                f"an open relay lets nothing through (moved {self.moved}: {self.seen})")
        elif not now["open"]:
            self.moved = 0

    charged = True

    def until(self, what, condition):
        deadline = time.monotonic() + 60
        while True:
            now = self.look()
            if condition(now):
                return now
            assert time.monotonic() < deadline, f"{self.name}: never {what}: {now}"

    def stays(self, reads, condition, what):
        for _ in range(reads):
            now = self.look()
            assert condition(now), f"{self.name}: {what}: {now}"

    # --- the story

    def play(self):
        steps = sorted(STEPS, reverse=True) + [(0, 0), (0, 0)]
        self.accepted(ref.PRICES, struct.pack(">I5IH8I", 1, *[PRICE] * 5, 2,
                                              *[v for s in steps for v in s]))
        self.settings(1)
        self.clock(datetime.datetime(2027, 3, 10, 10))
        self.stays(50, lambda n: not n["overload"], "no overload trip while the account is closed")
        self.settings(0)
        self.open = True
        self.accepted(ref.OPEN, struct.pack(">I", 9))
        self.arrears()
        self.forced_in_arrears()
        self.overloaded()
        self.month()
        self.cleared()

    def arrears(self):
        self.sell(60_000)
        self.until("charged over both steps", lambda n: n["cycle"] > 200 or n["open"])
        now = self.until("tripped by arrears", lambda n: n["open"])
        assert now["balance"] < -OVERDRAFT and not now["overload"], now
        now = self.sell(-OVERDRAFT - now["balance"] + 100)
        assert now["open"] and 0 > now["balance"] > -OVERDRAFT, "not yet above 0"
        now = self.sell(-now["balance"])
        assert now["open"] and now["balance"] == 0, "exactly 0 is not enough"
        now = self.sell(1)
        assert now["count"] == 4, now
        self.until("in arrears again", lambda n: n["open"])

    def forced_in_arrears(self):
        self.relay(1, 0)
        before = self.look()
        self.until("used while forced closed", lambda n: n["cycle"] > before["cycle"] + 10)
        self.relay(0, 0)
        now = self.look()
        assert now["open"], "released below the overdraft: open"
        self.relay(1, 1)
        self.stays(20, lambda n: n["open"], "forced open")
        now = self.sell(100 - self.look()["balance"])
        assert self.sell(-now["balance"])["balance"] == 0
        self.relay(0, 0)
        assert not self.look()["open"], "above 0 for a moment cleared the trip, even while forced"
        self.relay(1, 1)
        self.sell(100_000_000)  # enough for the rest of the story
        self.stays(20, lambda n: n["open"], "forced open stays open")
        self.relay(0, 0)
        assert not self.look()["open"], "the arrears trip was cleared while forced"

    def overloaded(self):
        self.settings(1)
        self.until("overload", lambda n: n["overload"] and n["open"])
        self.relay(1, 1)
        assert self.look()["overload"], "1,1 does not clear the overload trip"
        self.relay(1, 0)
        self.stays(30, lambda n: not n["overload"] and not n["open"], "no overload while forced")
        self.relay(0, 0)
        self.until("overload again", lambda n: n["overload"])
        self.settings(0)
        assert self.look()["overload"], "settings do not clear the trip"
        self.relay(0, 0)
        self.stays(20, lambda n: not n["overload"] and not n["open"], "overload is off")

    def month(self):
        self.charged = False  # from here on the cycle is not all that was charged
        self.relay(1, 1)  # nothing used: what goes to 0 stays there
        self.stays(20, lambda n: n["open"] and n["cycle"] > 200, "the cycle before the month's end")
        self.clock(datetime.datetime(2027, 3, 31, 23, 59, 30))
        self.until("a new cycle at the change of month", lambda n: n["cycle"] == 0)
        self.relay(0, 0)

    def cleared(self):
        self.relay(1, 1)
        self.stays(20, lambda n: n["open"], "forced open")
        now = self.look()
        self.accepted(ref.CLEAR, struct.pack(">HH", ref.CLEAR_ANY, self.epoch))
        self.open, self.epoch = False, self.epoch + 1
        after = self.look()
        assert after["cleared"] == now["balance"] and after["sold"] == after["count"] == 0, after
        assert after["open"], "still forced open"
        self.relay(0, 0)
        total = self.wire.ask(struct.pack(">BHH", 3, 0, 2))
        self.until("energy counted on a closed account", lambda n: self.wire.ask(
            struct.pack(">BHH", 3, 0, 2)) != total)


def main():
    seed = int(os.environ.get("PAYMETER_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed {seed} (replay with PAYMETER_SEED={seed})", flush=True)
    with temporary_directory() as directory:
        port = free_ports(1)[0]
        workbook, serial, key, _ = site_workbook(random.Random(seed), directory, port, ct=1)
        meter = ref.Meter(serial, key)
        meter.load_w = 1700
        site = Process([BINARY, "simulate", workbook, "--seed", str(seed), "--speed", "3600"])
        site.wait_for(r"^ready")
        try:
            for name, wire in (("reference", Quick(meter)), ("paymeter", Wire(port))):
                scenario = Scenario(name, wire, serial, key)
                scenario.play()
                print(f"  {name}: {scenario.reads} reads obey")
        finally:
            site.kill()
    print("meter_life: ok")


if __name__ == "__main__":
    main()
