#!/usr/bin/python3
"""Prices readings by a tariff: an independent, slow and plain reading of docs/formats/rate.md.

    reference.py --tariff FILE --readings FILE      prints the result, or {"error": …} and ends with 1

Everything is a whole number or a Fraction. Nothing here was taken from the C++ program.
"""

import argparse
import datetime as dt
import json
import pathlib
import re
import sys
import zoneinfo
from fractions import Fraction

DAY = dt.timedelta(days=1)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)
FIVE_RATES = ("sharp", "peak", "flat", "valley", "deep_valley")


class Refused(Exception):
    """The input breaks a rule of the page: nothing is priced."""


def need(condition, why):
    if not condition:
        raise Refused(why)


def is_whole(value):
    return isinstance(value, int) and not isinstance(value, bool)


def decimal(value, places=8):
    need(isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d{1,%d})?" % places, value, re.A),
         f"not a decimal: {value!r}")
    return Fraction(value)


def keys(value, required, optional=()):
    need(isinstance(value, dict), "not an object")
    need(set(value) <= set(required) | set(optional), f"unknown key in {sorted(value)}")
    need(set(required) <= set(value), f"missing key in {sorted(value)}")


def whole_list(value, low, high):
    need(isinstance(value, list) and value, "not a list")
    need(all(is_whole(v) and low <= v <= high for v in value), "not in range")
    return set(value)


def month_day(text):
    need(isinstance(text, str) and re.fullmatch(r"\d\d-\d\d", text, re.A), "not MM-DD")
    try:
        dt.date.fromisoformat("2024-" + text)  # a leap year: 02-29 is a date
    except ValueError as error:
        raise Refused(str(error)) from error
    return text


def no_twins(pairs):
    out = {}
    for key, value in pairs:
        need(key not in out, f"key twice: {key}")
        out[key] = value
    return out


class Tariff:
    def __init__(self, text):
        try:
            raw = json.loads(text, object_pairs_hook=no_twins)
        except ValueError as error:
            raise Refused(str(error)) from error
        keys(raw, ("name", "utility", "currency", "time_zone", "lines"),
             ("rounding", "days", "calendar", "cycle", "scale", "fees"))
        need(raw["utility"] in ("electricity", "water", "heat", "cooling"), "utility")
        self.rounding = raw.get("rounding", "half_up")
        need(self.rounding in ("half_up", "down"), "rounding")
        try:
            self.zone = zoneinfo.ZoneInfo(raw["time_zone"])
        except (zoneinfo.ZoneInfoNotFoundError, ValueError, TypeError) as error:
            raise Refused("zone") from error
        need(("days" in raw) == ("calendar" in raw), "days without calendar")
        self.days = {name: self.read_day(day) for name, day in
                     raw.get("days", {"all": [["00:00", "flat"]]}).items()}
        self.calendar = raw.get("calendar", [{"day": "all"}])
        self.check_calendar()
        self.read_cycle(raw.get("cycle", {"kind": "month"}))
        scale = raw.get("scale", {})
        keys(scale, (), ("households", "extra"))
        self.households = scale.get("households", 1)
        self.extra = decimal(scale.get("extra", "0"))
        need(is_whole(self.households) and self.households >= 1 and self.extra >= 0, "scale")
        self.used_rates = {rate for day in self.days.values() for _, rate in day}
        self.lines = [self.read_line(line) for line in raw["lines"]]
        known = set(FIVE_RATES).union(*(line["prices"] for line in self.lines))
        need(self.used_rates <= known, "unknown rate")
        self.fees = raw.get("fees", [])
        need(self.lines or self.fees, "nothing to price")
        for fee in self.fees:
            keys(fee, ("name", "per", "amount"))
            need(fee["per"] in ("day", "month"), "per")
            decimal(fee["amount"], 2)
        for named in (self.lines, self.fees):
            need(len({n["name"] for n in named}) == len(named), "name twice")

    @staticmethod
    def read_day(day):
        out = []
        need(isinstance(day, list) and day, "a day without hours")
        for entry in day:
            need(isinstance(entry, list) and len(entry) == 2, "not a pair")
            need(isinstance(entry[0], str)
                 and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", entry[0], re.A), "not HH:MM")
            need(isinstance(entry[1], str), "not a rate")
            out.append((int(entry[0][:2]) * 60 + int(entry[0][3:]), entry[1]))
        minutes = [minute for minute, _ in out]
        need(minutes[0] == 0 and minutes == sorted(set(minutes)), "an incomplete day")
        return out

    def check_calendar(self):
        need(isinstance(self.calendar, list) and self.calendar, "calendar")
        for entry in self.calendar:
            keys(entry, ("day",), ("dates", "weekdays", "months", "between"))
            need(entry["day"] in self.days, "unknown day")
            for text in entry.get("dates", []):
                try:
                    need(re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.A), "not a date")
                    dt.date.fromisoformat(text)
                except (ValueError, TypeError) as error:
                    raise Refused("date") from error
            if "weekdays" in entry:
                whole_list(entry["weekdays"], 1, 7)
            if "months" in entry:
                whole_list(entry["months"], 1, 12)
            if "between" in entry:
                need(isinstance(entry["between"], list) and len(entry["between"]) == 2, "between")
                for text in entry["between"]:
                    month_day(text)
        last = self.calendar[-1]
        need("dates" not in last and len(set(last.get("weekdays", range(7)))) == 7
             and len(set(last.get("months", range(12)))) == 12
             and last.get("between", ["01-01", "12-31"]) == ["01-01", "12-31"],
             "the last entry may not match")

    def read_cycle(self, cycle):
        keys(cycle, ("kind",), ("starts",))
        need(cycle["kind"] in ("month", "year"), "cycle")
        need(("starts" in cycle) == (cycle["kind"] == "year"), "starts")
        self.year_starts = month_day(cycle["starts"]) if "starts" in cycle else None

    def read_line(self, line):
        keys(line, ("name",), ("price", "prices", "steps"))
        need(("price" in line) != ("prices" in line), "price or prices")
        if "price" in line:
            price, prices = decimal(line["price"]), {}
        else:
            price, prices = None, {rate: decimal(p) for rate, p in line["prices"].items()}
            need(self.used_rates <= set(prices), "a rate without price")
            need(set(prices) <= self.used_rates | set(FIVE_RATES), "a price of no rate")
        steps = []
        for table in line.get("steps", []):
            keys(table, ("limits",), ("months",))
            months = whole_list(table["months"], 1, 12) if "months" in table else set(range(1, 13))
            need(all(isinstance(pair, list) and len(pair) == 2 for pair in table["limits"]), "limit")
            limits = [(decimal(at), decimal(more)) for at, more in table["limits"]]
            need(all(at >= 0 for at, _ in limits), "a negative limit")
            need(all(a[0] < b[0] for a, b in zip(limits, limits[1:])), "limits must ascend")
            # A whole quantity exceeds a limit exactly when it exceeds its whole part.
            steps.append((months, [(int((at * self.households + self.extra) * 1000 // 1), more)
                                   for at, more in limits]))
        return {"name": line["name"], "price": price, "prices": prices, "steps": steps}

    def changes_of(self, date):
        return self.days[next(e["day"] for e in self.calendar if matches(e, date))]

    def rate_at(self, local):
        minute = local.hour * 60 + local.minute
        return [rate for start, rate in self.changes_of(local.date()) if start <= minute][-1]

    def cycle_begin(self, date):
        if self.year_starts is None:
            return date.replace(day=1)
        while True:  # backwards to the first date of a year that is not before MM-DD
            before = date - DAY
            if (mm_dd(date) >= self.year_starts
                    and (mm_dd(before) < self.year_starts or before.year < date.year)):
                return date
            date = before


def mm_dd(date):
    return f"{date.month:02}-{date.day:02}"


def matches(entry, date):
    if "dates" in entry and date.isoformat() not in entry["dates"]:
        return False
    if "weekdays" in entry and date.isoweekday() not in entry["weekdays"]:
        return False
    if "months" in entry and date.month not in entry["months"]:
        return False
    if "between" in entry:
        first, last = entry["between"]
        if first <= last:
            return first <= mm_dd(date) <= last
        return mm_dd(date) >= first or mm_dd(date) <= last
    return True


def read_readings(text):
    lines = text.removeprefix("\ufeff").split("\n")
    lines[0] = lines[0].rstrip("\r")
    need(lines[0] == "time,reading", "header")
    out = []
    for line in lines[1:]:
        if not line.rstrip("\r"):
            continue
        found = re.fullmatch(
            r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d+))?(Z|[+-]\d\d:\d\d),(\d+)",
            line.replace("t", "T").replace("z", "Z").rstrip("\r"), re.A)
        need(found, f"not a reading: {line}")
        try:
            at = dt.datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
        except ValueError as error:
            raise Refused(str(error)) from error
        ms = (at - EPOCH) // dt.timedelta(milliseconds=1) + int(((found[2] or "") + "000")[:3])
        need(not out or ms > out[-1][0], "times must ascend")
        need(not out or int(found[4]) >= out[-1][1], "the reading falls")
        out.append((ms, int(found[4])))
    need(out, "no readings")
    return out


def moment(ms):
    return EPOCH + dt.timedelta(milliseconds=ms)


def fixed_offset(zone, first, last):
    """The zone's offset, refused when it is another within a year of the readings."""
    at, end = moment(first) - 366 * DAY, moment(last) + 366 * DAY
    offset = at.astimezone(zone).utcoffset()
    while at <= end:
        need(at.astimezone(zone).utcoffset() == offset, "the zone shifts its clocks")
        at += dt.timedelta(days=7)
    return offset


class Pricing:
    def __init__(self, tariff, readings):
        self.tariff, self.readings = tariff, readings
        self.offset = fixed_offset(tariff.zone, readings[0][0], readings[-1][0])
        self.parts = {}  # (month, line) -> {(rate, step, unit price): quantity}
        self.seen = self.local(readings[0][0]).date()
        self.cycle, self.count = tariff.cycle_begin(self.seen), 0

    def local(self, ms):
        return (moment(ms) + self.offset).replace(tzinfo=None)

    def ms_of(self, local):
        return (local.replace(tzinfo=dt.timezone.utc) - self.offset - EPOCH) \
            // dt.timedelta(milliseconds=1)

    def cuts(self, first, last):
        """Every local midnight and rate change strictly between two instants."""
        date, out = self.local(first).date(), []
        while self.ms_of(dt.datetime.combine(date, dt.time())) < last:
            midnight = self.ms_of(dt.datetime.combine(date, dt.time()))
            for minute, _ in self.tariff.changes_of(date):
                out.append(midnight + minute * 60_000)
            date += DAY
        return [at for at in out if first < at < last]

    def walk(self):
        for (t0, q0), (t1, q1) in zip(self.readings, self.readings[1:]):
            begin, shown = t0, q0
            for end in self.cuts(t0, t1) + [t1]:
                shows = q0 + (q1 - q0) * (end - t0) // (t1 - t0)
                self.use(self.local(begin), shows - shown)
                begin, shown = end, shows

    def use(self, local, quantity):
        if local.date() != self.seen:
            self.seen, cycle = local.date(), self.tariff.cycle_begin(local.date())
            if cycle != self.cycle:
                self.cycle, self.count = cycle, 0
        rate, month = self.tariff.rate_at(local), f"{local.year:04}-{local.month:02}"
        for number, line in enumerate(self.tariff.lines):
            price = line["prices"][rate] if line["price"] is None else line["price"]
            limits = next((l for months, l in line["steps"] if self.cycle.month in months), [])
            floors = [(0, Fraction(0))] + limits
            for step, (floor, more) in enumerate(floors):
                ceiling = floors[step + 1][0] if step + 1 < len(floors) else float("inf")
                part = min(self.count + quantity, ceiling) - max(self.count, floor)
                if part > 0:
                    parts = self.parts.setdefault((month, number), {})
                    key = (rate, step, price + more)
                    parts[key] = parts.get(key, 0) + part
        self.count += quantity

    def dates(self):
        """Local dates touched by the half-open span."""
        first, last = self.readings[0][0], self.readings[-1][0]
        date, out = self.local(first).date(), []
        while first < last and self.ms_of(dt.datetime.combine(date, dt.time())) < last:
            out.append(date)
            date += DAY
        return out

    def result(self):
        self.walk()
        dates, bills = self.dates(), []
        for month in sorted({d.isoformat()[:7] for d in dates}):
            bills.append(self.bill(month, sum(d.isoformat()[:7] == month for d in dates)))
        return {"bills": bills, "total": money(sum(int(b["total"].replace(".", "")) for b in bills))}

    def bill(self, month, day_count):
        lines, total = [], 0
        for number, line in enumerate(self.tariff.lines):
            parts = self.parts.get((month, number), {})
            # A thousandth of a unit is counted, a unit is priced, and a fen is a hundredth.
            fen = to_fen(sum(q * price for (_, _, price), q in parts.items()) / Fraction(10),
                         self.tariff.rounding)
            total += fen
            lines.append({"name": line["name"], "quantity": sum(parts.values()),
                          "amount": money(fen),
                          "parts": [{"rate": rate, "step": step, "quantity": quantity,
                                     "unit_price": eight_places(price)}
                                    for (rate, step, price), quantity in in_order(parts)]})
        fees = []
        for fee in self.tariff.fees:
            fen = int(decimal(fee["amount"], 2) * 100) * (day_count if fee["per"] == "day" else 1)
            total += fen
            fees.append({"name": fee["name"], "amount": money(fen)})
        return {"month": month, "lines": lines, "fees": fees, "total": money(total)}


def in_order(parts):
    """Parts as the page lists them: 尖 峰 平 谷 深谷, others by name; then step, then price."""
    def place(item):
        rate, step, price = item[0]
        return FIVE_RATES.index(rate) if rate in FIVE_RATES else len(FIVE_RATES), rate, step, price
    return sorted(parts.items(), key=place)


def to_fen(exact, rounding):
    fen = int(abs(exact) + (Fraction(1, 2) if rounding == "half_up" else 0))
    return -fen if exact < 0 else fen


def money(fen):
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02}"


def eight_places(price):
    e8 = int(price * 10**8)
    return f"{'-' if e8 < 0 else ''}{abs(e8) // 10**8}.{abs(e8) % 10**8:08}"


def price_texts(tariff_text, readings_text):
    """The result, or {"error": why}."""
    try:
        return Pricing(Tariff(tariff_text), read_readings(readings_text)).result()
    except Refused as refused:
        return {"error": str(refused)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tariff", type=pathlib.Path, required=True)
    parser.add_argument("--readings", type=pathlib.Path, required=True)
    options = parser.parse_args()
    result = price_texts(options.tariff.read_text("utf-8"), options.readings.read_text("utf-8"))
    print(json.dumps(result, ensure_ascii=False))
    return 1 if "error" in result else 0


if __name__ == "__main__":
    sys.exit(main())
