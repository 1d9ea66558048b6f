#!/usr/bin/python3
"""Writes readings.csv and result.json of examples/tariffs: readings by formula, results by the
independent program. Run after changing a tariff.json there, and read the difference."""

import datetime as dt
import json
import pathlib

import reference

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "examples" / "tariffs"


def at(day, hour=0.0):
    """`hour` of a local date in Shanghai, as text."""
    moment = dt.datetime.fromisoformat(day) + dt.timedelta(hours=hour)
    return moment.strftime("%Y-%m-%dT%H:%M:%S+08:00")


def half_hours(first_day, days):
    """A shop: 0.3 kW by night, up to 5 kW by day, never twice the same."""
    shown = 1_234_567
    for i in range(days * 48 + 1):
        yield at(first_day, i / 2), shown
        hour = i / 2 % 24
        shown += 150 + (1700 + 137 * i % 811 if 8 <= hour < 22 else 31 * i % 97)


def increments(rows):
    """(time, Wh since the row before)."""
    shown = 0
    for time, use in rows:
        shown += use
        yield time, shown


def even_hours(first_day, days, use):
    return ((at(first_day, i), i * use) for i in range(days * 24 + 1))


READINGS = {
    "e1-pearl-delta": half_hours("2021-10-03", 3),
    "e2-shantou-two-part": increments([
        (at("2026-09-01"), 0), (at("2026-09-01", 8), 100_000), (at("2026-09-01", 10), 40_000),
        (at("2026-09-01", 11), 30_000), (at("2026-09-01", 12), 45_000),
        (at("2026-09-01", 14), 25_000), (at("2026-09-01", 15), 20_000),
        (at("2026-09-01", 17), 55_000), (at("2026-09-01", 19), 50_000),
        (at("2026-09-02"), 35_000), (at("2026-10-01"), 0)]),
    "e3-jiangsu-two-part": half_hours("2026-10-12", 3),
    "e4-hubei-single-part": half_hours("2026-01-05", 3),
    # One reading a month: use is spread evenly between them.
    "e5-shandong-seasons": [(at(f"2025-{m:02}-01" if m < 13 else "2026-01-01"),
                             800_000 + 3_100_777 * m) for m in range(1, 14)],
    "e6-zhejiang-holidays": even_hours("2026-10-03", 2, 1000),
    "e7-guangzhou-plain": [(at("2026-07-01"), 0), (at("2026-08-01"), 400_000)],
    "e7-zhejiang-yearly": [(at("2026-01-01"), 0), (at("2026-12-01"), 2_700_000),
                           (at("2027-01-01"), 2_850_000)],
    "e8-panyu-water": [(at("2026-03-01"), 512_000), (at("2026-04-01"), 552_000)],
    "e8-beijing-heat": increments([
        (at("2025-11-15"), 0), (at("2025-12-01"), 600_000), (at("2026-01-01"), 1_250_000),
        (at("2026-02-01"), 1_400_000), (at("2026-03-01"), 1_150_000), (at("2026-03-15"), 600_000)]),
}
JULY = [(at("2026-07-01"), 0), (at("2026-07-01", 8), 100_000), (at("2026-07-01", 14), 90_000),
        (at("2026-07-01", 17), 60_000), (at("2026-07-01", 19), 60_000),
        (at("2026-07-01", 22), 60_000), (at("2026-07-02"), 30_000), (at("2026-08-01"), 0)]


def main():
    for name in ("e7-guangzhou-time-of-use", "e7-guangzhou-large-household"):
        READINGS[name] = increments(JULY)
    for name, readings in READINGS.items():
        rows = "".join(f"{time},{shown}\n" for time, shown in readings)
        (FOLDER / name / "readings.csv").write_text("time,reading\n" + rows, "utf-8")
        result = reference.price_texts((FOLDER / name / "tariff.json").read_text("utf-8"),
                                       "time,reading\n" + rows)
        text = json.dumps(result, ensure_ascii=False, indent=1)
        (FOLDER / name / "result.json").write_text(text + "\n", "utf-8")
        print(f"{name}: {result.get('total', result)} "
              f"({', '.join(b['month'] + ' ' + b['total'] for b in result.get('bills', []))})")


if __name__ == "__main__":
    main()
