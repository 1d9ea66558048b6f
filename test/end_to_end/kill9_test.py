#!/usr/bin/env python3
"""kill -9 of the station in the middle of sales: every acknowledged sale ends delivered exactly once.

The meters live in another process (`paymeter simulate`) with lossy buses and keep their memory, so
they are the judge. Seed from PAYMETER_SEED; printed, replays the amounts and the moments of the kills.
"""
import os
import random
import sys
import threading

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from station import BINARY, Failure, Process, Station, new_key, site_on_free_ports, temporary_directory, wallet

WORKBOOK = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "small-site.xlsx")
KILLS = int(os.environ.get("PAYMETER_KILLS", "5"))
SALES = int(os.environ.get("PAYMETER_SALES", "40"))


def seller(station, jobs, acknowledged, stop):
    """Sells until its list is empty; a lost answer is repeated with the same key, as a browser would."""
    while jobs and not stop.is_set():
        meter, amount, key = jobs[-1]
        try:
            vend = station.call("POST", "/api/v1/vends",
                                {"meter_id": meter, "amount_fen": amount, "method": "cash"}, key=key)
            acknowledged[key] = vend["id"]
            jobs.pop()
        except (OSError, EOFError, ValueError):
            stop.wait(0.05)   # the station is down: ask again, same key
        except Failure as failure:
            if failure.code not in ("session_missing", "store_busy"):
                raise
            stop.wait(0.05)
        except Exception as other:  # http.client's own: a connection cut in the middle of an answer
            if type(other).__module__ != "http.client":
                raise
            stop.wait(0.05)


def main():
    seed = int(os.environ.get("PAYMETER_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed {seed} (replay with PAYMETER_SEED={seed})", flush=True)
    rng = random.Random(seed)
    with temporary_directory() as directory:
        workbook, ports = site_on_free_ports(WORKBOOK, directory)
        site = Process([BINARY, "simulate", workbook, "--seed", str(seed),
                        "--lose-requests", "5", "--lose-replies", "5", "--double-frames", "3"])
        site.wait_for(r"^ready")
        station = Station(directory).start().log_in()
        try:
            run(rng, station, workbook, ports)
        finally:
            station.process.kill()
            site.stop()
    print("kill9: ok")


def run(rng, station, workbook, ports):
    report = station.import_file(workbook)
    assert report["committed"] and report["meters"] > 0, report
    meters = [row for row in station.get("/api/v1/meters")["rows"]]
    for meter in meters:
        station.call("POST", "/api/v1/accounts", {"meter_id": meter["id"], "customer_name": meter["code"]},
                     key=new_key())

    def all_open():
        rows = station.get("/api/v1/accounts?limit=100")["rows"]
        return len(rows) == len(meters) and all(row["state"] == "open" for row in rows)
    station.until("accounts open", all_open)

    plan = [(rng.choice(meters)["id"], rng.randrange(1, 50000), new_key()) for _ in range(SALES)]
    acknowledged, stop = {}, threading.Event()
    for round_ in range(KILLS + 1):
        part = plan[round_::KILLS + 1]
        lists = [part[i::4] for i in range(4)]
        sellers = [threading.Thread(target=seller, args=(station, jobs, acknowledged, stop)) for jobs in lists]
        before = len(acknowledged)
        for thread in sellers:
            thread.start()
        if round_ < KILLS:
            station.until("a sale of this round", lambda: len(acknowledged) > before)
            stop.wait(rng.random() * 0.5)   # the moment of the kill is what the seed varies
            station.process.kill()
            print(f"kill {round_ + 1}: {len(acknowledged)} of {SALES} sales acknowledged", flush=True)
            station.start().log_in()
        for thread in sellers:
            thread.join()
    assert len(acknowledged) == SALES

    def finished():
        rows = station.get("/api/v1/vends?limit=1000")["rows"]
        return rows if all(row["state"] == "delivered" for row in rows) else None
    vends = station.until("every sale delivered", finished, seconds=300)
    assert len(vends) == SALES, f"{len(vends)} vends stored for {SALES} keys"
    assert {vend["id"] for vend in vends} == set(acknowledged.values())
    for meter in meters:
        detail = station.get(f"/api/v1/meters/{meter['id']}")
        sold = sum(amount for m, amount, _ in plan if m == meter["id"])
        count = sum(1 for m, _, _ in plan if m == meter["id"])
        judge = wallet(ports[0], detail["meter"]["unit"])
        assert judge["sold_fen"] == sold, f"{meter['code']}: meter says {judge}, platform sold {sold}"
        assert judge["count"] == count == detail["money"]["purchase_count"], (meter["code"], judge, count)
    books = station.get("/api/v1/books")
    assert books["problems"] == [], books["problems"]


if __name__ == "__main__":
    main()
