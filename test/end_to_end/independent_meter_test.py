#!/usr/bin/env python3
"""The station against meters that share no code with it: sales and switching over a lossy bus.

The meters are test/support/reference_meter.py, written from the protocol page alone, in a process
of their own. 10 % of requests and of replies are lost, 5 % of frames doubled. Seed from
PAYMETER_SEED; printed, replays keys, amounts, cancellations, commands and each unit's faults.
"""
import collections
import os
import random
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from reference_meter import control
from station import (Failure, Process, Station, new_key, read_registers, temporary_directory,
                     wallet)

HERE = os.path.dirname(os.path.abspath(__file__))
WORKBOOK = os.path.join(HERE, "..", "..", "examples", "small-site.xlsx")
METER = os.path.join(HERE, "..", "support", "reference_meter.py")
SALES = int(os.environ.get("PAYMETER_SALES", "64"))
# cancelled: not at all, as soon as it is stored, when it has a number and may be on the wire
CANCEL = (None,) * 5 + ("at once", "when sent", "when sent")
ENDED = ("delivered", "refund_due")
# what 0057 and 0058 hold after each command, and whether the relay is open with money in the meter
RELAY = {"trip": (1, 1, True), "force_on": (1, 0, False), "release": (0, 0, False)}


def workbook_and_keys(rng, directory):
    """A copy of the small site with keys and serials of this seed; and the meters' own key file."""
    import openpyxl
    book = openpyxl.load_workbook(WORKBOOK)
    sheet = book["仪表"]
    column = {cell.value: cell.column for cell in sheet[1]}
    lines = []
    for row in range(2, sheet.max_row + 1):
        unit = sheet.cell(row, column["通讯地址"]).value
        serial, key = f"IN{rng.randrange(10 ** 8):08d}", rng.randbytes(16).hex()
        sheet.cell(row, column["出厂编号"]).value = serial
        sheet.cell(row, column["密钥"]).value = key
        lines.append(f"{unit} {serial} {key}\n")
    keys = os.path.join(directory, "keys.txt")
    with open(keys, "w", encoding="ascii") as file:
        file.writelines(lines)
    return book, keys


def save_with_port(book, port, directory):
    sheet = book["总线"]
    column = {cell.value: cell.column for cell in sheet[1]}
    sheet.cell(2, column["端口"]).value = port
    sheet.cell(2, column["超时ms"]).value = 400  # a lost frame costs this; the meter is near
    path = os.path.join(directory, "site.xlsx")
    book.save(path)
    return path


def program(rng, sales):
    """What one meter goes through: (what, argument), commands and cancellations among the sales."""
    steps = [("sale", (rng.randrange(1, 50000), rng.choice((0, 0, 0, 300, 2000)),
                       rng.choice(CANCEL))) for _ in range(sales)]
    for action in (*RELAY, rng.choice(list(RELAY))):
        steps.insert(rng.randrange(1, len(steps) + 1), ("supply", action))
    return steps


class Teller(threading.Thread):
    """Runs one meter's program; what went wrong is kept for the main thread."""

    def __init__(self, station, meter, steps):
        super().__init__()
        self.station, self.meter, self.steps = station, meter, steps
        self.vends, self.captured, self.cancelled = set(), 0, set()
        self.last_action = None
        self.error = None

    def run(self):
        try:
            for what, argument in self.steps:
                getattr(self, "_" + what)(argument)
        except Exception as error:  # noqa: reported by main
            self.error = error

    def _sale(self, argument):
        amount, wait_ms, cancel = argument
        vend = self.station.call("POST", "/api/v1/vends",
                                 {"meter_id": self.meter["id"], "amount_fen": amount,
                                  "method": "cash", "wait_ms": wait_ms}, key=new_key())
        self.vends.add(vend["id"])
        self.captured += amount
        if cancel == "when sent":
            self.station.until(f"vend {vend['id']} sent", lambda: self.station.get(
                f"/api/v1/vends/{vend['id']}")["state"] not in ("created", "paid"))
        if cancel:
            try:
                self.station.call("POST", f"/api/v1/vends/{vend['id']}/cancel",
                                  {"reason": "wrong room"})
                self.cancelled.add(vend["id"])
            except Failure as failure:  # too late: it has ended
                if failure.status != 409:
                    raise

    def _supply(self, action):
        """The next command is given when this one has ended: then 'the last' has one meaning."""
        command = self.station.call("POST", f"/api/v1/meters/{self.meter['id']}/supply",
                                    {"action": action, "reason": "test"}, key=new_key())
        done = self.station.until(
            f"{action} of {self.meter['code']}",
            lambda: (lambda c: c if c["finished_at"] else None)(
                self.station.get(f"/api/v1/commands/{command['id']}")))
        assert done["state"] == "done", done
        self.last_action = action


def main():
    seed = int(os.environ.get("PAYMETER_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed {seed} (replay with PAYMETER_SEED={seed})", flush=True)
    rng = random.Random(seed)
    with temporary_directory() as directory:
        book, keys = workbook_and_keys(rng, directory)
        site = Process([sys.executable, METER, "--port", "0", "--keys", keys, "--seed", str(seed),
                        "--lose-requests", "10", "--lose-replies", "10", "--double-frames", "5"])
        ports = site.wait_for(r"^ready port (\d+) control (\d+)")
        port, control_port = int(ports.group(1)), int(ports.group(2))
        station = Station(directory).start().log_in()
        try:
            run(rng, station, save_with_port(book, port, directory), port, control_port)
        finally:
            station.process.kill()
            site.kill()
    print("independent_meter: ok")


def open_accounts(station):
    meters = station.get("/api/v1/meters")["rows"]
    for meter in meters:
        station.call("POST", "/api/v1/accounts",
                     {"meter_id": meter["id"], "customer_name": meter["code"]}, key=new_key())

    def all_open():
        rows = station.get("/api/v1/accounts?limit=100")["rows"]
        return len(rows) == len(meters) and all(row["state"] == "open" for row in rows)
    station.until("accounts open", all_open)
    return meters


def run(rng, station, workbook, port, control_port):
    report = station.import_file(workbook)
    assert report["committed"] and report["meters"] == 4, report
    meters = sorted(open_accounts(station), key=lambda meter: meter["code"])
    share = -(-SALES // len(meters))
    tellers = [Teller(station, meter, program(rng, share)) for meter in meters]
    for teller in tellers:
        teller.start()
    for teller in tellers:
        teller.join()
    for teller in tellers:
        if teller.error:
            raise teller.error

    def all_ended():
        rows = station.get("/api/v1/vends?limit=1000")["rows"]
        assert not [row for row in rows if row["state"] == "quarantine"], rows
        return rows if all(row["state"] in ENDED for row in rows) else None
    vends = station.until("every sale delivered or refund due", all_ended, seconds=300)
    harm = control(control_port, do="faults", lose_requests=0, lose_replies=0, double_frames=0)
    assert harm["lost_requests"] and harm["lost_replies"] and harm["doubled"], harm
    for teller in tellers:
        judge(station, teller, [v for v in vends if v["meter_id"] == teller.meter["id"]], port)
    books = station.get("/api/v1/books")
    assert books["problems"] == [], books["problems"]
    states = collections.Counter(vend["state"] for vend in vends)
    burnt = sum(1 for v in vends if v["state"] == "refund_due" and v["n"] is not None)
    print(f"{len(vends)} sales {dict(states)}, {sum(len(t.cancelled) for t in tellers)} cancelled "
          f"({burnt} after they had a number), {4 * len(tellers)} commands; of {harm['frames']} "
          f"frames {harm['lost_requests']} requests and {harm['lost_replies']} replies lost, "
          f"{harm['doubled']} doubled")


def judge(station, teller, vends, port):
    """The meter's own memory against what the platform says of it."""
    code = teller.meter["code"]
    assert {v["id"] for v in vends} == teller.vends, code
    assert sum(v["captured_fen"] for v in vends) == teller.captured, code
    delivered = [v for v in vends if v["state"] == "delivered"]
    given_back = [v for v in vends if v["state"] == "refund_due"]
    assert {v["id"] for v in given_back} <= teller.cancelled, f"{code}: refund nobody asked for"
    sold = sum(v["to_meter_fen"] for v in delivered)
    assert all(v["to_meter_fen"] == v["captured_fen"] - v["fees_fen"] for v in delivered), code
    # A sale cancelled after its number was taken was burnt: it used up that number with 0.
    numbers = sorted(v["n"] for v in delivered + given_back if v["n"] is not None)
    assert numbers == list(range(1, len(numbers) + 1)), f"{code}: {numbers}"
    detail = station.call("POST", f"/api/v1/meters/{teller.meter['id']}/read")
    meter = wallet(port, detail["meter"]["unit"])
    assert meter["sold_fen"] == sold, f"{code}: meter {meter}, delivered {sold}"
    assert meter["balance_fen"] == sold, f"{code}: meter {meter}, delivered {sold}"
    assert meter["count"] == len(numbers) == detail["money"]["purchase_count"], (code, meter)
    assert detail["money"]["in_flight_vend_id"] is None and not detail["money"]["quarantined"], detail
    mode, position, is_open = RELAY[teller.last_action]
    assert read_registers(port, detail["meter"]["unit"], 0x0057, 2) == (mode, position), code
    if sold > 0:
        assert bool(meter["status"] & 1) == is_open, (code, meter, teller.last_action)
        assert detail["tile"]["relay_open"] == is_open, (code, detail["tile"])


if __name__ == "__main__":
    main()
