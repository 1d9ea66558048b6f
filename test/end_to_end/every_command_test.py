#!/usr/bin/env python3
"""Every command of the protocol page, once under every fault, against meters written from the page.

A gateway with a meter per fault and story, over RTU and TCP in turn; each command meets the fault on
its own frame. Then a batch, while a fifth of the frames is lost. Afterwards what the meters remember
is compared with what the station says: nothing lost, doubled, or called done that is not. Opposite
switches stand in different stories: after a repeated frame the station waits a minute before it
believes the opposite. Seed: PAYMETER_SEED.
"""
import collections
import datetime
import os
import random
import struct
import subprocess
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import reference_meter as ref
from faulty_gateway import FAULTS, Gateway, LoggedMeter, Site
from station import BINARY, Failure, Station, new_key, temporary_directory

WRITE, READ, STATUS = 0x10, 0x03, 0x6000
OFFSET = datetime.timedelta(hours=8)
DAY_1 = [{"minute_of_day": 0, "rate": 4}, {"minute_of_day": 510, "rate": 2}]
DAY_2 = [{"minute_of_day": 60, "rate": 5}]
SEASONS = [{"month": 1, "day": 1, "day_table": 2}, {"month": 2, "day": 29, "day_table": 1}]
STORIES = {"trip": ("opening", "money", "trip"),
           "closed": ("opening", "cancelling", "supply_on", "overload"),
           "closing": ("opening", "downloads", "money", "closing", "opening", "money")}
ENDED = ("delivered", "refund_due", "refunded", "quarantine", "closed")


def local_now():
    return (datetime.datetime.now(datetime.timezone.utc) + OFFSET).replace(tzinfo=None, microsecond=0)


def make_site(rng):
    gateways = []
    for number, (fault, story) in enumerate((f, s) for f in FAULTS for s in STORIES):
        is_tcp = number % 2 == 1
        meter = LoggedMeter(f"EC{number:08d}", rng.randbytes(16), 1, local_now())
        gateway = Gateway({7: meter}, is_tcp, rng.randrange(1 << 30))
        gateway.fault, gateway.meter, gateway.story = fault, meter, story
        gateway.code = f"{story}-{fault}-{'tcp' if is_tcp else 'rtu'}"
        gateways.append(gateway)
    site = Site(gateways)
    site.start()
    assert site.ready.wait(30)
    return gateways


def workbook(gateways, directory):
    import openpyxl
    book = openpyxl.Workbook()
    book.remove(book.active)

    def sheet(name, titles, rows):
        page = book.create_sheet(name)
        for row in (titles, *rows):
            page.append(row)
    codes = [g.code for g in gateways]
    sheet("Property", ["Name"], [["Every command"]])
    sheet("Buildings", ["Name"], [["A"]])
    sheet("Rooms", ["Building", "Floor", "Room"], [["A", 1, code] for code in codes])
    sheet("Gateways", ["Name", "Host"], [[code, "127.0.0.1"] for code in codes])
    sheet("Buses", ["Gateway", "Name", "Transport", "Port", "Timeout ms", "Poll s"],
          [[g.code, "1", "modbus_tcp" if g.is_tcp else "rtu_over_tcp", g.port, 300, 2]
           for g in gateways])
    sheet("Tariffs", ["Name", "Sharp", "Peak", "Flat", "Valley", "Deep valley"],
          [["T", 1.2, 1.1, 0.8, 0.4, 0.3]])
    sheet("Meters", ["Meter", "Model", "Address", "Gateway", "Bus", "Building", "Room", "Tariff",
                     "Alarm 1", "Alarm 2", "Serial", "Key"],
          [[g.code, "paymeter-reference-nk", 7, g.code, "1", "A", g.code, "T", 50, 20,
            g.meter.serial, g.meter.key.hex()] for g in gateways])
    path = os.path.join(directory, "site.xlsx")
    book.save(path)
    return path


class Story(threading.Thread):
    """One meter's life; the first thing that is not as it should be ends it."""

    def __init__(self, station, gateway, meter_id):
        super().__init__()
        self.station, self.gateway, self.meter = station, gateway, gateway.meter
        self.meter_id, self.account, self.error, self.in_meter = meter_id, None, None, 0
        self.settings = (5000, 2000, 0, 0)  # as imported, then as downloaded

    def run(self):
        try:
            for chapter in STORIES[self.gateway.story]:
                getattr(self, chapter)()
        except Exception as error:  # noqa: reported by main
            self.error = error

    def post(self, path, body):
        return self.station.call("POST", "/api/v1" + path, body, key=new_key())

    def until_get(self, path, condition):
        def asked():
            row = self.station.get("/api/v1" + path)
            return row if condition(row) else None
        return self.station.until(f"{self.gateway.code} {path}", asked, 90)

    def aim(self, address, function=WRITE):
        self.gateway.aim(function, address, self.gateway.fault)

    def expect(self, what, condition, *seen):
        assert condition, (self.gateway.code, what, *seen)
        assert not self.gateway.aimed, (self.gateway.code, what, "the fault met no frame")

    def opening(self):
        self.aim(ref.OPEN)
        self.account = self.post("/accounts", {"meter_id": self.meter_id, "customer_name": "C"})
        self.until_get(f"/accounts/{self.account['id']}", lambda a: a["state"] != "opening")
        self.until_get(f"/commands?state=pending&meter_id={self.meter_id}",
                       lambda found: not found["rows"])
        prices = struct.unpack_from(">5I", self.meter.prices, 4)
        self.expect("opened", self.meter.customer and self.meter.settings[1:] == self.settings
                    and prices == (12000, 11000, 8000, 4000, 3000), self.meter.settings, prices)

    def vend(self, path, body, state, change):
        vend = self.post(path, {**body, "wait_ms": 0})
        vend = self.until_get(f"/vends/{vend['id']}", lambda v: v["state"] in ENDED)
        self.in_meter += change
        self.expect(path, vend["state"] == state and self.meter.shown() == self.in_meter, vend)
        return vend

    def money(self):
        self.aim(ref.SALE)
        sale = {"meter_id": self.meter_id, "amount_fen": 9000, "method": "cash"}
        first = self.vend("/vends", sale, "delivered", 9000)
        self.aim(STATUS, READ)
        self.vend("/vends", {**sale, "amount_fen": 1}, "delivered", 1)
        self.aim(ref.SALE)
        self.vend(f"/meters/{self.meter_id}/refunds", {"amount_fen": 500, "method": "cash"},
                  "refund_due", -500)
        self.vend("/vends", {**sale, "amount_fen": 9000}, "delivered", 9000)
        self.aim(ref.SALE)
        self.vend(f"/vends/{first['id']}/reverse", {"reason": "wrong room"}, "refund_due", -9000)

    def cancelling(self):
        """Whichever of sale and burn comes first wins, and the meter says which it was."""
        self.aim(ref.SALE)
        vend = self.post("/vends", {"meter_id": self.meter_id, "amount_fen": 700, "method": "cash",
                                    "wait_ms": 0})
        self.until_get(f"/vends/{vend['id']}", lambda v: v["state"] not in ("created", "paid"))
        try:
            self.post(f"/vends/{vend['id']}/cancel", {"reason": "wrong room"})
        except Failure as failure:
            assert failure.status == 409, failure
        vend = self.until_get(f"/vends/{vend['id']}", lambda v: v["state"] in ENDED)
        got = self.meter.shown() - self.in_meter
        self.in_meter += got
        self.expect("cancelled", (vend["state"], got) in (("delivered", 700), ("refund_due", 0)),
                    vend, got)

    def command(self, path, body, reached):
        command = self.post(f"/meters/{self.meter_id}/{path}", {**body, "reason": "test"})
        command = self.until_get(f"/commands/{command['id']}", lambda c: c["state"] != "pending")
        self.expect(body, command["state"] == "done" and reached(), command)
        return command

    def switch(self, action, mode, position):
        self.aim(ref.RELAY)
        return self.command("supply", {"action": action}, lambda:
                            (self.meter.mode, self.meter.position) == (mode, position))

    def trip(self):
        done = self.switch("trip", 1, 1)
        self.aim(None, READ)
        again = self.post(f"/commands/{done['id']}/resend", {})
        again = self.until_get(f"/commands/{again['id']}", lambda c: c["state"] != "pending")
        self.expect("re-send", again["state"] == "done" and self.meter.relay_open(), again)

    def supply_on(self):
        self.switch("force_on", 1, 0)
        self.switch("release", 0, 0)

    def downloads(self):
        self.settings = (7777, 333, 6600, 1500)
        self.aim(ref.SETTINGS)
        self.command("download", {"kind": "write_settings", "alarm1_fen": 7777, "alarm2_fen": 333,
                                  "overload_w": 6600, "overdraft_fen": 1500},
                     lambda: self.meter.settings[1:] == self.settings)
        self.aim(ref.PRICES)
        self.command("download", {"kind": "write_prices"},
                     lambda: struct.unpack_from(">I", self.meter.prices, 12)[0] == 8000)
        tables = [b"".join(bytes([s["rate"], s["minute_of_day"] % 60, s["minute_of_day"] // 60])
                           for s in day).ljust(42, b"\0") for day in (DAY_1, DAY_2)]
        seasons = b"".join(bytes(s.values()) for s in SEASONS).ljust(12, b"\0")
        for address in (ref.DAY_1, ref.DAY_2, ref.SEASONS):
            self.meter.tables = {ref.DAY_1: bytes(42), ref.DAY_2: bytes(42),
                                 ref.SEASONS: bytes(12)}
            self.aim(address)
            self.command("download", {"kind": "write_time_tables", "day_table_1": DAY_1,
                                      "day_table_2": DAY_2, "seasons": SEASONS},
                         lambda: list(self.meter.tables.values()) == [*tables, seasons])
        self.meter.clock, self.meter.clock_fault = local_now() - datetime.timedelta(days=9), True
        self.aim(ref.CLOCK)
        self.command("download", {"kind": "set_clock"}, lambda: not self.meter.clock_fault and
                     abs((self.meter.clock - local_now()).total_seconds()) < 60)
        self.until_get(f"/commands?state=pending&meter_id={self.meter_id}",
                       lambda found: not found["rows"])

    def overload(self):
        """Released already and tripped by itself: only a written release closes it again."""
        self.meter.overload_trip = True
        self.aim(ref.RELAY)
        self.command("supply", {"action": "release"},
                     lambda: not self.meter.overload_trip and not self.meter.relay_open())

    def closing(self):
        epoch = self.meter.clear_count
        self.aim(ref.CLEAR)
        settlement = self.post(f"/accounts/{self.account['id']}/close", {"reason": "moves"})
        settlement = self.until_get(f"/settlements/{settlement['rows'][0]['id']}",
                                    lambda s: s["state"] == "done")
        self.expect("closed", settlement["final_balance_fen"] == self.in_meter and
                    not self.meter.customer and self.meter.clear_count == epoch + 1 and
                    self.meter.cleared_balance == 0 and self.meter.relay_open(), settlement)
        self.in_meter = 0


def batch(station, gateways, ids, kind, position):
    """While a fifth of the frames is lost: every meter is in truth as the batch says."""
    order = {"kind": kind, "selection": {"meter_ids": [ids[g.code] for g in gateways]},
             "reason": "test", "count": len(gateways)}
    for gateway in gateways:
        gateway.losses = 10
    path = f"/api/v1/batches/{station.call('POST', '/api/v1/batches', order, key=new_key())['id']}"
    station.until(kind, lambda: station.get(path)["state"] == "finished", 180)
    for gateway in gateways:
        gateway.losses = 0
    rows = station.get(f"{path}/rows?limit=200")["rows"]
    assert len(rows) == len(gateways) and all(row["outcome"] == "done" for row in rows), rows
    for gateway in gateways:
        assert (gateway.meter.mode, gateway.meter.position) == (1, position), gateway.code


def compare(station, gateways, ids):
    """Every accepted sale in a meter is one vend, and every vend that moved money is one of them."""
    vends = collections.defaultdict(list)
    rows = []
    while True:
        page = station.get(f"/api/v1/vends?limit=200&offset={len(rows)}")["rows"]
        rows += page
        if not page:
            break
    for vend in rows:
        moved = vend["to_meter_fen"] and (vend["state"] == "delivered" or vend["to_meter_fen"] < 0)
        if moved:
            vends[vend["meter_id"]].append((vend["n"], vend["to_meter_fen"]))
    for gateway in gateways:
        sales = gateway.meter.sales()
        assert len({(epoch, n) for epoch, n, _ in sales}) == len(sales), (gateway.code, sales)
        meter = sorted((n, amount) for _, n, amount in sales if amount)
        assert meter == sorted(vends[ids[gateway.code]]), (gateway.code, meter)
    books = station.get("/api/v1/books")
    assert books["problems"] == [], books["problems"]
    return len(rows)


def main():
    seed = int(os.environ.get("PAYMETER_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed {seed} (replay with PAYMETER_SEED={seed})", flush=True)
    gateways = make_site(random.Random(seed))
    with temporary_directory() as directory:
        station = Station(directory).start().log_in()
        try:
            report = station.import_file(workbook(gateways, directory))
            assert report["committed"] and report["meters"] == len(gateways), report
            ids = {row["code"]: row["id"] for row in station.get("/api/v1/meters")["rows"]}
            stories = [Story(station, gateway, ids[gateway.code]) for gateway in gateways]
            for story in stories:
                story.start()
            for story in stories:
                story.join()
            errors = [story.error for story in stories if story.error]
            assert not errors, "\n".join(map(str, errors))
            batch(station, [g for g in gateways if g.story == "trip"], ids, "trip", 1)
            batch(station, [g for g in gateways if g.story != "trip"], ids, "force_on", 0)
            vends = compare(station, gateways, ids)
            url = {"PAYMETER_STORE_URL": f"sqlite:{directory}/paymeter.sqlite"}
            subprocess.run([BINARY, "verify"], env={**os.environ, **url}, check=True, timeout=60,
                           stdout=subprocess.DEVNULL)
        finally:
            station.process.kill()
    faults = sum(len(gateway.fired) for gateway in gateways)
    accepted = sum(len(gateway.meter.log) for gateway in gateways)
    print(f"{len(gateways)} meters, {faults} faults, {accepted} commands accepted, {vends} vends")
    print("every_command: ok")


if __name__ == "__main__":
    main()
