"""Random tariffs and readings, seeded: ordinary ones, hostile ones, and ones that must be refused."""

import copy
import datetime as dt
import json
import random

UTC = dt.timezone.utc
ZONES = {"Asia/Shanghai": 480, "Asia/Tokyo": 540, "Asia/Kolkata": 330, "Asia/Kathmandu": 345,
         "UTC": 0, "Pacific/Kiritimati": 840, "Pacific/Marquesas": -570, "America/Phoenix": -420}
RATES = ["sharp", "peak", "flat", "valley", "deep_valley"]
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def decimal_text(dice, low, high, places=8):
    """A number between two whole ones with at most `places` places, sometimes all of them."""
    count = dice.choice([0, 1, 2, 4, places, places])
    if count == 0:
        return str(dice.randint(low, high))
    text = f"{dice.randint(low * 10**count, high * 10**count):0{count + 1}}"
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
    digits = digits.zfill(count + 1)
    return f"{sign}{digits[:-count]}.{digits[-count:]}"


def thousandths(number):
    return f"{number // 1000}.{number % 1000:03}"


class Case:
    """One tariff with readings; `kind` says what is hostile about it."""

    KINDS = ["plain", "half_hours", "year", "new_year", "scale", "exact_limits", "midnights",
             "big", "sparse", "odd_times", "flat", "leap", "negative", "refused"]

    def __init__(self, seed, number):
        self.dice = random.Random(f"{seed}/{number}")
        self.kind = self.KINDS[number % len(self.KINDS)]
        self.zone = self.dice.choice(list(ZONES)) if self.dice.random() < 0.5 else "Asia/Shanghai"
        self.readings = self.make_readings()
        self.tariff = self.make_tariff()
        if self.kind == "refused":
            self.spoil()

    # --- readings

    def first_instant(self):
        dice = self.dice
        year, month, day = dice.randint(2019, 2031), dice.randint(1, 12), dice.randint(1, 28)
        if self.kind == "new_year":
            month, day = 12, dice.randint(10, 31)
        if self.kind == "leap":
            year, month, day = dice.choice([2023, 2024, 2027, 2028]), dice.choice([1, 2]), 27
        at = int(dt.datetime(year, month, day, tzinfo=UTC).timestamp() * 1000)
        at -= ZONES[self.zone] * MINUTE  # local midnight
        if self.kind == "midnights":
            return at
        return at + dice.choice([0, 0, 30 * MINUTE, dice.randrange(DAY), 8 * HOUR])

    def gaps(self):
        """Milliseconds between readings."""
        dice = self.dice
        if self.kind in ("half_hours", "exact_limits"):
            return [30 * MINUTE] * dice.randint(1, 120)
        if self.kind == "midnights":
            return [DAY * dice.choice([1, 1, 1, 2, 31]) for _ in range(dice.randint(1, 40))]
        if self.kind in ("sparse", "year", "leap"):
            return [dice.randint(1, 140 * DAY) for _ in range(dice.randint(1, 6))]
        if self.kind == "odd_times":
            return [dice.choice([1, 2, 999, 1000, 59_999, dice.randint(1, 3 * HOUR)])
                    for _ in range(dice.randint(0, 60))]
        return [dice.choice([15 * MINUTE, HOUR, dice.randint(1, 2 * DAY)])
                for _ in range(dice.randint(0, 40))]

    def rises(self, gap):
        dice = self.dice
        if self.kind == "big":
            return dice.choice([0, 1, dice.randrange(2**48), 2**47])
        if self.kind == "odd_times":
            return dice.choice([0, 0, 1, 2, 7, dice.randrange(100)])
        watts = dice.choice([0, 1, 50, 400, dice.randrange(8000)])
        return dice.choice([watts * gap // HOUR, dice.randrange(5000), 0 if gap < DAY else 200_000])

    def make_readings(self):
        at, shown = self.first_instant(), self.dice.choice([0, 0, self.dice.randrange(10**9)])
        if self.kind == "big":
            shown = self.dice.choice([0, 2**53 - 2**52, 2**53 + 1])
        out = [(at, shown)]
        for gap in self.gaps():
            at, shown = at + gap, shown + self.rises(gap)
            out.append((at, shown))
        return out

    def time_text(self, ms):
        """One of the spellings of an instant that RFC 3339 allows."""
        offset = self.dice.choice([0, 480, ZONES[self.zone], ZONES[self.zone]])
        local = dt.datetime.fromtimestamp(ms // 1000, UTC) + dt.timedelta(minutes=offset)
        text = local.strftime("%Y-%m-%dT%H:%M:%S")
        if ms % 1000 or self.dice.random() < 0.1:
            text += f".{ms % 1000:03}" + self.dice.choice(["", "0", "999"])
        if offset == 0 and self.dice.random() < 0.7:
            return text + "Z"
        return f"{text}{'-' if offset < 0 else '+'}{abs(offset) // 60:02}:{abs(offset) % 60:02}"

    def readings_text(self):
        rows = [f"{self.time_text(at)},{shown}" for at, shown in self.readings]
        if self.kind == "odd_times":  # spellings that mean the same
            rows = [self.dice.choice([row, row.lower(), row.replace(",", ",00")]) for row in rows]
        end = self.dice.choice(["\n", "\n", "\r\n"])
        mark = self.dice.choice(["", "", "", "\ufeff"])
        return mark + end.join(["time,reading"] + rows) + self.dice.choice([end, "", end * 2])

    # --- tariff

    def local_date(self, ms):
        return (dt.datetime.fromtimestamp(ms // 1000, UTC)
                + dt.timedelta(minutes=ZONES[self.zone])).date()

    def some_date(self):
        first, last = self.readings[0][0], self.readings[-1][0]
        return self.local_date(self.dice.randint(first, last)) + dt.timedelta(
            days=self.dice.choice([0, 0, 0, -1, 1, 7]))

    def make_day(self, rates):
        grid = self.dice.choice([60, 30, 1])
        minutes = sorted(self.dice.sample(range(grid, 1440, grid), self.dice.randint(0, 9)))
        return [[f"{m // 60:02}:{m % 60:02}", self.dice.choice(rates)] for m in [0] + minutes]

    def make_entry(self, days):
        dice, entry = self.dice, {}
        if dice.random() < 0.4:
            entry["dates"] = [self.some_date().isoformat() for _ in range(dice.randint(0, 4))]
        if dice.random() < 0.4:
            entry["weekdays"] = sorted(dice.sample(range(1, 8), dice.randint(1, 7)))
        if dice.random() < 0.3:
            entry["months"] = dice.sample(range(1, 13), dice.randint(1, 12))
        if dice.random() < 0.3 or self.kind == "new_year":
            ends = [self.some_date().isoformat()[5:] for _ in range(2)]
            if self.kind == "new_year":
                ends = sorted(ends, reverse=dice.random() < 0.8)
            entry["between"] = dice.choice([ends, ["02-29", "03-02"], ["11-30", "02-29"], ends])
        entry["day"] = dice.choice(days)
        return entry

    def make_steps(self):
        dice, steps = self.dice, []
        for _ in range(dice.randint(0, 3)):
            table = {"limits": self.make_limits()}
            if dice.random() < 0.6:
                table["months"] = dice.sample(range(1, 13), dice.randint(1, 12))
            steps.append(table)
        return steps

    def make_limits(self):
        dice = self.dice
        used = max(1, self.readings[-1][1] - self.readings[0][1])
        if self.kind == "exact_limits":  # counts that some reading reaches exactly
            counts = {q - self.readings[0][1] for _, q in dice.choices(self.readings, k=3)}
            values = [thousandths(c) for c in sorted(counts)]
        elif dice.random() < 0.2:
            values = sorted({decimal_text(dice, 0, used // 1000 + 1) for _ in range(3)}, key=float)
            values = [v for i, v in enumerate(values) if i == 0 or float(v) > float(values[i - 1])]
        else:
            values = [thousandths(c) for c in
                      sorted({dice.randint(0, used + used // 4) for _ in range(dice.randint(0, 4))})]
        if self.kind == "scale" and dice.random() < 0.3:  # less than a thousandth apart
            values = ["0.00000001", "0.0005", "0.00109999", "1"]
        return [[value, self.price(0, 2)] for value in values]

    def price(self, low, high):
        if self.kind == "negative" and self.dice.random() < 0.5:
            low, high = -high - 1, high
        return decimal_text(self.dice, low, high)

    def make_tariff(self):
        dice = self.dice
        tariff = {"name": f"random {self.kind} 电价", "utility": dice.choice(
            ["electricity", "water", "heat", "cooling"]), "currency": "CNY", "time_zone": self.zone}
        if dice.random() < 0.7:
            tariff["rounding"] = dice.choice(["half_up", "down"])
        rates = ["flat"]
        if self.kind != "flat":
            rates = dice.sample(RATES + ["h07", "super_valley"], dice.randint(1, 6))
            names = [f"day{i}" for i in range(dice.randint(1, 4))]
            tariff["days"] = {name: self.make_day(rates) for name in names}
            entries = [self.make_entry(names) for _ in range(dice.randint(0, 5))]
            tariff["calendar"] = entries + [{"day": dice.choice(names)}]
            rates = sorted({rate for day in tariff["days"].values() for _, rate in day})
        if self.kind in ("year", "leap") or dice.random() < 0.2:
            starts = [self.some_date().isoformat()[5:], "01-01", "07-15", "12-31"]
            starts = ["02-29", "02-28", "03-01"] if self.kind == "leap" else starts
            tariff["cycle"] = {"kind": "year", "starts": dice.choice(starts)}
        elif dice.random() < 0.5:
            tariff["cycle"] = {"kind": "month"}
        if self.kind == "scale" or dice.random() < 0.2:
            tariff["scale"] = dice.choice([
                {"households": dice.randint(1, 12), "extra": decimal_text(dice, 0, 120)},
                {"extra": decimal_text(dice, 0, 3)}, {"households": 3}, {}])
        tariff["lines"] = [self.make_line(i, rates) for i in range(dice.randint(1, 4))]
        odd = [r for r in rates if r not in RATES]
        if odd and all("prices" not in line for line in tariff["lines"]):
            tariff["lines"][0].pop("price")
            tariff["lines"][0]["prices"] = {rate: self.price(0, 2) for rate in rates}
        if dice.random() < 0.5:
            tariff["fees"] = [{"name": f"fee{i}", "per": dice.choice(["day", "month"]),
                               "amount": decimal_text(dice, 0, 30, 2)[:5].rstrip(".")}
                              for i in range(dice.randint(0, 3))]
            for fee in tariff["fees"]:
                whole, _, rest = fee["amount"].partition(".")
                fee["amount"] = whole + ("." + rest[:2] if rest else "")
        return tariff

    def make_line(self, number, rates):
        line = {"name": f"line{number}"}
        if self.dice.random() < 0.3:
            line["price"] = self.price(0, 3)
        else:
            extra = self.dice.sample(RATES, 1) if self.dice.random() < 0.2 else []
            line["prices"] = {rate: self.price(0, 3) for rate in sorted({*rates, *extra})}
        steps = self.make_steps()
        if steps or self.dice.random() < 0.2:
            line["steps"] = steps
        return line

    # --- what must be refused

    def spoil(self):
        """Breaks one rule of the page."""
        tariff, dice = self.tariff, self.dice
        line, day = tariff["lines"][0], next(iter(tariff["days"].values()))
        good = copy.deepcopy(tariff["lines"][0])
        good.pop("steps", None)

        def put(where, key, value):
            where[key] = value

        ways = [
            lambda: put(tariff, "colour", "red"), lambda: put(line, "colour", "red"),
            lambda: put(tariff["calendar"][-1], "weekdays", [1, 2]),
            lambda: put(tariff["calendar"][-1], "between", ["01-01", "12-30"]),
            lambda: put(tariff["calendar"][-1], "day", "nowhere"),
            lambda: put(day[0], 0, "00:30"), lambda: day.append(["00:00", day[0][1]]),
            lambda: put(day[-1], 1, "purple"), lambda: put(day[0], 0, "24:00"),
            lambda: put(line, "price", "0.123456789"), lambda: put(line, "price", 0.5),
            lambda: put(line, "steps", [{"limits": [["5", "1"], ["5", "2"]]}]),
            lambda: put(line, "steps", [{"limits": [["-1", "1"]]}]),
            lambda: put(line, "steps", [{"limits": [["7", "1"], ["6", "2"]]}]),
            lambda: put(line, "steps", [{"limits": [], "months": [13]}]),
            lambda: put(tariff, "cycle", {"kind": "year"}),
            lambda: put(tariff, "cycle", {"kind": "year", "starts": "02-30"}),
            lambda: put(tariff, "cycle", {"kind": "month", "starts": "01-01"}),
            lambda: put(tariff, "scale", {"households": 0}),
            lambda: put(tariff, "scale", {"extra": 5}),
            lambda: put(tariff, "fees", [{"name": "a", "per": "day", "amount": "0.001"}]),
            lambda: put(tariff, "fees", [{"name": "a", "per": "week", "amount": "1"}]),
            lambda: put(tariff, "rounding", "up"), lambda: put(tariff, "utility", "gas"),
            lambda: put(tariff, "time_zone", "Europe/Berlin"),
            lambda: put(tariff, "time_zone", "Mars/Base"),
            lambda: tariff.pop("days"), lambda: tariff.pop("calendar"),
            lambda: tariff.pop("lines"), lambda: put(tariff, "calendar", []),
            lambda: self.readings.append((self.readings[-1][0], self.readings[-1][1])),
            lambda: self.readings.append((self.readings[-1][0] + 1, -1 + self.readings[0][1] // 2)),
            lambda: self.readings.clear(),
        ]
        dice.choice(ways)()

    def tariff_text(self):
        return json.dumps(self.tariff, ensure_ascii=False, indent=1)
