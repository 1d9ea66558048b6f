#!/usr/bin/env python3
"""A bill of the running station, recomputed by `paymeter rate` as a tenant would: to the fen.

A simulated site whose meters live fast, a station that reads them, a time-of-use tariff with steps
and fees approved by a second person. Tariff and readings are exported over HTTP, written into files
and priced by another process: lines, fees and total must be the station's own.
"""
import datetime
import json
import os
import subprocess
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
from station import (BINARY, Failure, Process, Station, site_on_free_ports, temporary_directory)

WORKBOOK = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "small-site.xlsx")
SPEED = 600  # a minute of the meters' lives in a tenth of a second
READINGS = 6
PRODUCT = {
    "format": 1, "name": "shops", "utility": "electricity", "currency": "CNY",
    "time_zone": "Asia/Shanghai",
    "days": {"all": [["00:00", "valley"], ["08:00", "peak"], ["22:00", "valley"]]},
    "calendar": {"range": [{"day": "all"}]},
    "lines": [{"name": "energy", "printed": {"peak": "0.96596875", "valley": "0.29876875"},
               "steps": [{"limits": [["1", "0.05"], ["3", "0.30"]]}]},
              {"name": "surcharge", "price": "0.0123"}],
    "fees": [{"name": "service", "per": "day", "amount": "0.10"},
             {"name": "rent", "per": "month", "amount": "5.00"}],
}


class SecondPerson(Station):
    """Another login on the same station."""

    def __init__(self, station, name, password):
        super().__init__(station.directory, port=station.port)
        self.name, self.one_time = name, password

    def log_in(self):
        self._login(self.one_time)
        self.call("POST", "/api/v1/session/password",
                  {"old_password": self.one_time, "new_password": "another horse battery"})
        return self

    def _login(self, password):
        _, headers = self._raw("POST", "/api/v1/login", {"name": self.name, "password": password})
        self.cookie = headers.get("Set-Cookie", "").split(";")[0]


def approve_tariff(station):
    """By two, as every price is."""
    tariff = station.get("/api/v1/tariffs")["rows"][0]["id"]
    path = f"/api/v1/tariffs/{tariff}/versions"
    written = station.call("POST", path + "?valid_from=2026-01-01T00:00:00%2B08:00", PRODUCT)
    number = written["number"]
    station.call("POST", f"{path}/{number}/submit", {})
    added = station.call("POST", "/api/v1/users", {"name": "second", "role": "administrator"})
    second = SecondPerson(station, "second", added["one_time_password"]).log_in()
    second.call("POST", f"{path}/{number}/approve", {})
    return tariff


def rate(directory, bill):
    """`paymeter rate` knows two files and nothing else."""
    tariff, readings = (os.path.join(directory, name) for name in ("tariff.json", "readings.csv"))
    with open(tariff, "w", encoding="utf-8") as file:
        file.write(bill["tariff_json"])
    with open(readings, "w", encoding="utf-8") as file:
        file.write(bill["readings_csv"])
    done = subprocess.run([BINARY, "rate", "--tariff", tariff, "--readings", readings, "--output",
                           "json"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return json.loads(done.stdout)


def fen(text):
    yuan, cents = text.split(".")
    return int(yuan) * 100 + int(cents)


def main():
    with temporary_directory() as directory:
        workbook, _ = site_on_free_ports(WORKBOOK, directory)
        site = Process([BINARY, "simulate", workbook, "--seed", "7", "--speed", str(SPEED)])
        site.wait_for(r"^ready")
        station = Station(directory).start().log_in()
        try:
            station.import_file(workbook)
            tariff = approve_tariff(station)
            meter = next(row["id"] for row in station.get("/api/v1/meters")["rows"])
            month = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=8)))
            path = f"/api/v1/meters/{meter}/bill?month={month:%Y-%m}"

            def enough():
                # The full set comes by itself every half hour; a test does not wait that long.
                station.call("POST", f"/api/v1/meters/{meter}/read", {})
                try:
                    bill = station.get(path)
                except Failure as refused:
                    assert refused.code in ("readings_empty", "tariff_not_in_force"), refused
                    return None
                used = any(line["quantity"] > 0 for line in bill["lines"])
                return bill if used and bill["readings_csv"].count("\n") > READINGS else None

            bill = station.until("readings of a meter that is used", enough, seconds=240)
            result = rate(directory, bill)
            priced = next(b for b in result["bills"] if b["month"] == f"{month:%Y-%m}")
            assert fen(priced["total"]) == bill["total_fen"], (priced, bill)
            assert [(line["name"], line["quantity"], fen(line["amount"]))
                    for line in priced["lines"]] == \
                [(line["name"], line["quantity"], line["amount_fen"]) for line in bill["lines"]]
            assert [(fee["name"], fen(fee["amount"])) for fee in priced["fees"]] == \
                [(fee["name"], fee["amount_fen"]) for fee in bill["fees"]]
            assert json.loads(bill["result_json"]) == result, "the station shows what rate prints"
            version = station.get(f"/api/v1/tariffs/{tariff}/versions/1/rate.json?"
                                  f"month={month:%Y-%m}")
            assert version["lines"][0]["prices"]["peak"] == "0.96596875", version
            print(f"{bill['readings_csv'].count(chr(10)) - 1} readings, total {priced['total']}, "
                  f"{len(priced['lines'])} lines: the same to the fen")
        finally:
            station.process.stop()
            site.stop()


if __name__ == "__main__":
    main()
