#!/usr/bin/env python3
"""Two implementations of the reference meter, driven by the same PDUs: every reply must be the same.

One is `paymeter simulate`, over TCP; the other test/support/reference_meter.py, in this process.
First with the relay forced open (no load, so any price), then switched at will with prices 0 (so
that the load moves no money). Registers of load and energy are masked; the clock follows ours.
Seed from PAYMETER_SEED; printed.
"""
import collections
import datetime
import json
import os
import random
import signal
import socket
import struct
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import reference_meter as ref
from station import BINARY, Process, free_ports, temporary_directory

WORKBOOK = os.path.join(os.path.dirname(__file__), "..", "..", "examples", "small-site.xlsx")
STEPS = int(os.environ.get("PAYMETER_STEPS", "4000"))
SHOWN = int(os.environ.get("PAYMETER_SHOW", "20"))
UNIT = 7
SPEED = 60  # the other's reply delay is 20-50 ms of its own time
# energies, voltages and currents, frequency, powers, power factors, energy of the cycle
MASKED = {*range(0x0000, 0x000A), 0x5030, 0x5031, *range(0x0061, 0x0067), 0x0077,
          *range(0x0164, 0x016C), *range(0x017C, 0x0180), 0x6029, 0x602A}
TIMED = {0x6004, 0x6005, *range(0x602B, 0x602F)}  # the rate in force and the clock


class Wire:
    """Our meter over Modbus TCP; None is silence or a closed connection."""

    def __init__(self, port):
        self.port, self.link, self.number = port, None, 0

    def ask(self, pdu):
        if self.link is None:
            self.link = socket.create_connection(("127.0.0.1", self.port), timeout=10)
            self.link.settimeout(20 if len(pdu) >= 5 else 2)
        self.number = self.number % 0xFFFF + 1
        self.link.sendall(struct.pack(">HHHB", self.number, 0, len(pdu) + 1, UNIT) + pdu)
        try:
            head = self._exactly(7)
            number, protocol, length, unit = struct.unpack(">HHHB", head)
            assert (number, protocol, unit) == (self.number, 0, UNIT), head.hex()
            return self._exactly(length - 1)
        except (OSError, EOFError):
            self.link.close()
            self.link = None
            return None

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            part = self.link.recv(size - len(data))
            if not part:
                raise EOFError
            data += part
        return data


class Twin:
    """The Python meter; its seconds pass when the other's clock has shown them."""

    def __init__(self, meter):
        self.meter, self.agreed = meter, time.monotonic()

    def ask(self, pdu):
        return self.meter.answer(pdu)

    def follow(self, clock):
        """Lives up to the other's clock; false if that went faster or slower than time does."""
        gap = int((clock - self.meter.clock).total_seconds())
        passed, self.agreed = time.monotonic() - self.agreed, time.monotonic()
        if not -1 <= gap <= (passed + 2) * SPEED:
            return False
        for _ in range(gap):
            self.meter.second()
        return True


class Generator:
    """Random PDUs; looks into the Python meter to make commands that are nearly right."""

    def __init__(self, rng, meter):
        self.rng, self.meter = rng, meter
        self.no_load = True

    def pdu(self):
        kinds = {self.read: 20, self.command: 60, self.plain: 12, self.garbage: 6, self.function: 2}
        return self.rng.choices(list(kinds), list(kinds.values()))[0]()

    def read(self):
        first, last = self.rng.choice(ref.READABLE)
        address = self.rng.choice((first, last, self.rng.randint(first, last),
                                   first + self.rng.randint(-3, 3), self.rng.randrange(65536)))
        count = self.rng.choice((1, 2, last - address + 1, last - address + 2, 100, 101, 0, 125,
                                 self.rng.randint(1, 60), self.rng.randrange(65536)))
        return struct.pack(">BHH", 3, address & 0xFFFF, count & 0xFFFF)

    def command(self):
        """A command with a MAC, right in about half of the cases."""
        r, m = self.rng, self.meter
        block = r.choice((ref.SALE,) * 6 + (ref.OPEN,) * 3 + (ref.CLEAR, ref.SETTINGS, ref.CLOCK,
                                                              ref.PRICES, ref.PRICES))
        body = {ref.SALE: self._sale, ref.OPEN: self._open, ref.CLEAR: self._clear,
                ref.SETTINGS: self._settings, ref.CLOCK: self._clock,
                ref.PRICES: self._prices}[block]()
        key, epoch, bound = m.key, m.clear_count, block
        spoilt = r.randrange(24)
        if spoilt == 0:
            key = r.randbytes(16)
        elif spoilt == 1:
            epoch = (epoch + r.choice((-1, 1))) & 0xFFFF
        elif spoilt == 2:
            bound = r.choice(list(ref.WITH_MAC))
        data = body + ref.mac_of(key, m.serial, epoch, bound, body)
        if spoilt == 3:
            at = r.randrange(len(data))
            data = data[:at] + bytes([data[at] ^ 1 << r.randrange(8)]) + data[at + 1:]
        return self._frame(block, data)

    def _frame(self, address, data):
        """fc 10H; one in twelve with a wrong address, count, byte count or length."""
        r, count, size = self.rng, len(data) // 2, len(data)
        spoilt = r.randrange(60)
        if spoilt == 0:
            address += r.choice((-1, 1, 2, len(data) // 2, len(data) // 2 - 1))
        elif spoilt == 1:
            count += r.choice((-1, 1))
        elif spoilt == 2:
            size = (size + r.choice((-2, -1, 1, 2))) & 0xFF
        elif spoilt == 3:
            count, size, data = count - 1, size - 2, data[:-2]
        elif spoilt == 4:
            count, size, data = count + 1, size + 2, data + bytes(2)
        elif spoilt == 5:
            address = r.randrange(65536)
        return struct.pack(">BHHB", 0x10, address & 0xFFFF, count, size) + data

    def _sale(self):
        r, m = self.rng, self.meter
        n = m.count + r.choice((1,) * 12 + (0, 2, -1, 65535))
        shown = m.shown()
        amount = r.choice((r.randrange(1, 100000),) * 6 +
                          (0, -1, -shown, -shown - 1, -r.randrange(1, 100000), ref.S32_MAX,
                           ref.S32_MIN, ref.S32_MAX - shown, ref.S32_MAX - shown + 1,
                           ref.S32_MAX - m.sold, ref.S32_MAX - m.sold + 1,
                           r.randrange(ref.S32_MIN, ref.S32_MAX + 1)))
        amount = max(ref.S32_MIN, min(ref.S32_MAX, amount))
        return struct.pack(">HiI", n & 0xFFFF, amount, r.randrange(1 << 32))

    def _open(self):
        return struct.pack(">I", self.rng.choice((self.meter.customer, self.meter.customer ^ 1, 1,
                                                  self.rng.randrange(1 << 32), 0xFFFFFFFF, 0)))

    def _clear(self):
        r = self.rng
        code = r.choice((ref.CLEAR_EMPTY,) * 3 + (ref.CLEAR_ANY, r.randrange(65536), 0))
        return struct.pack(">HH", code, (self.meter.clear_count + r.choice((0, 0, 0, 1, -1))) & 0xFFFF)

    def _version(self, now):
        r = self.rng
        return max(0, min(0xFFFFFFFF, r.choice((now + 1, now + 1, now + 7, now, now, now - 1, 0))))

    def _settings(self):
        r, s = self.rng, self.meter.settings
        version = self._version(s[0])
        if version == s[0] and r.random() < 0.6:
            return struct.pack(">5I", *s)
        money = (0, 1, 5000, 2000, self.meter.shown(), ref.S32_MAX, r.randrange(1 << 31),
                 r.randrange(1 << 20), r.randrange(1 << 17))
        values = [max(0, r.choice(money)) for _ in range(3)]
        if r.random() < 0.1:
            values[r.randrange(3)] = r.choice((1 << 31, 0xFFFFFFFF))
        overload = r.choice((0, 1_000_000_000, 0xFFFFFFFF))  # no load comes near
        return struct.pack(">5I", version, values[0], values[1], overload, values[2])

    def _clock(self):
        r = self.rng
        sequence = self._version(self.meter.clock_sequence)
        at = datetime.datetime(2000 + r.randrange(99), r.randint(1, 12), r.randint(1, 28),
                               r.randrange(24), r.randrange(60), r.randrange(60))
        if r.random() < 0.2:
            at = at.replace(month=3, day=1) - datetime.timedelta(days=1)  # 28 or 29 February
        data = bytearray(ref.clock_bytes(at))
        if r.random() < 0.3:
            data[r.randrange(8)] = r.choice((0, 0x0A, 0x12, 0x13, 0x24, 0x29, 0x30, 0x31, 0x32, 0x60,
                                             0x99, 0xA0, r.randrange(256)))
        return struct.pack(">I", sequence) + bytes(data)

    def _prices(self):
        r, m = self.rng, self.meter
        version = self._version(m.price_version())
        if version == m.price_version() and r.random() < 0.6:
            return m.prices
        big = (0, 1, 5283, 8500, r.randrange(20000), r.randrange(1 << 32), 0xFFFFFFFF)
        money = [r.choice(big) if self.no_load else 0 for _ in range(5)]
        if r.random() < 0.5 and self.no_load:
            money = [r.choice(big)] * 5
        starts = r.sample((0, 0, 1, 230, r.randrange(1, 1 << 32)), 4)
        if len(set(starts)) < 4:
            starts[starts.index(0)] = 400  # of two equal steps the page does not say which
            starts = [s if starts.index(s) == i else 401 + i for i, s in enumerate(starts)]
        steps = []
        for start in starts:
            steps += [start, r.choice((0, 500, r.randrange(1 << 32))) if self.no_load else 0]
        count = r.choice((0, 1, 2, 3, 4, 4, 5, r.randrange(65536) if r.random() < 0.2 else 2))
        return struct.pack(">I5IH8I", version, *money, count, *steps)

    def plain(self):
        """Blocks without a MAC."""
        r = self.rng
        block = r.choice((ref.RELAY, ref.DAY_1, ref.DAY_2, ref.SEASONS))
        if block == ref.RELAY:
            legal = ((1, 1),) if self.no_load else ((1, 0), (1, 1), (0, 0))
            return self._frame(block, struct.pack(">HH", *r.choice(
                legal * 3 + ((0, 1), (2, 0), (0, 2), (256, 0), (0, 256), (65535, 65535)))))
        return self._frame(block, self._table(block == ref.SEASONS))

    def _table(self, seasons):
        r, slots = self.rng, []
        for _ in range(r.choice((0, 1, 2, 4, 4) if seasons else (0, 1, 2, 5, 14, 14))):
            slots.append((r.randint(1, 12), r.randint(1, 30), r.randint(1, 2)) if seasons else
                         (r.randint(1, 5), r.randrange(60), r.randrange(24)))
        if r.random() < 0.9:
            slots.sort(key=lambda s: (s[0], s[1]) if seasons else (s[2], s[1]))
        length = 12 if seasons else 42
        data = bytearray(b"".join(bytes(s) for s in slots).ljust(length, b"\0"))
        if r.random() < 0.25:
            data[r.randrange(length)] = r.choice((0, 0, 1, 2, 5, 6, 12, 13, 23, 24, 29, 31, 32, 59, 60,
                                                  r.randrange(256)))
        return bytes(data)

    def garbage(self):
        """Random bytes behind 03 or 10H; a request has at least its address and count."""
        r = self.rng
        if r.random() < 0.3:
            return struct.pack(">BHH", 3, r.randrange(65536), r.randrange(256))
        address = r.choice((*ref.BLOCKS, r.randrange(65536), r.choice(list(ref.BLOCKS)) + 1))
        count = r.choice((*ref.BLOCKS.values(), 0, 1, 100, 101, 123, r.randrange(65536)))
        size = 2 * count & 0xFF if r.random() < 0.7 else r.randrange(256)
        length = size if r.random() < 0.8 else r.randrange(0, 240)
        return struct.pack(">BHHB", 0x10, address, count, size) + r.randbytes(min(length, 246))

    def function(self):
        r = self.rng
        code = r.choice([c for c in range(1, 128) if c not in (0x03, 0x10)])
        return bytes([code]) + r.randbytes(r.randrange(0, 12))


def masked(pdu, reply):
    """What must agree, and what may differ by the time between two questions."""
    if pdu[0] != 3 or reply is None or len(reply) < 2 or reply[0] != 3 or len(pdu) < 5:
        return reply, None
    address, count = struct.unpack(">HH", pdu[1:5])
    words = [reply[2 + 2 * i:4 + 2 * i] for i in range(count)]
    timed = b"".join(w for i, w in enumerate(words) if address + i in TIMED)
    sure = reply[:2] + b"".join(w for i, w in enumerate(words)
                                if address + i not in MASKED and address + i not in TIMED)
    return sure, timed


class Comparison:
    def __init__(self, wire, twin):
        self.wire, self.twin = wire, twin
        self.tally = collections.Counter()
        self.differences = []

    def step(self, number, pdu):
        ours, theirs = self.wire.ask(pdu), self.twin.ask(pdu)
        self._count(pdu, theirs)
        self._compare(number, pdu, ours, theirs)
        if pdu[0] == 0x10:
            self._compare(number, *self._read(0x6000, 0x31), after=pdu)
            block = struct.unpack_from(">H", pdu, 1)[0] if len(pdu) > 2 else 0
            if block in ref.BLOCKS and block not in ref.WITH_MAC:
                self._compare(number, *self._read(block, ref.BLOCKS[block]), after=pdu)
            if block == ref.PRICES:
                self._compare(number, *self._read(0x6100, 29), after=pdu)

    def _count(self, pdu, reply):
        what = {3: "read", 16: "write"}.get(pdu[0], "other")
        if what == "write":
            block = struct.unpack_from(">H", pdu, 1)[0]
            what = f"{block:04X}" if block in ref.BLOCKS else "no block"
        outcome = f"exception {reply[1]:02d}" if reply[0] & 0x80 else "accepted"
        if reply[1] == ref.REFUSED and reply[0] & 0x80:
            outcome += f" ({self.twin.meter.refusal})"
        self.tally[what, outcome] += 1

    def _read(self, address, count):
        pdu = struct.pack(">BHH", 3, address, count)
        return pdu, self.wire.ask(pdu), self.twin.ask(pdu)

    def _compare(self, number, pdu, ours, theirs, after=None):
        (sure_a, timed_a), (sure_b, timed_b) = masked(pdu, ours), masked(pdu, theirs)
        same = sure_a == sure_b
        if same and timed_a and timed_a != timed_b:
            same = self._timed_agrees()
        if not same:
            self.differences.append((number, after or pdu, pdu, ours, theirs))

    def _timed_agrees(self):
        """The clock within what passed since it last agreed; remaining energy equal once of five."""
        for _ in range(5):
            clock = self.wire.ask(struct.pack(">BHH", 3, 0x602B, 4))
            if not self.twin.follow(ref.clock_of(clock[2:10])):
                return False
            _, ours, theirs = self._read(0x6004, 2)
            if ours == theirs:
                return True
        return False

    def everything(self, number):
        for first, last in ref.READABLE:
            self._compare(number, *self._read(first, last - first + 1))

    def report(self):
        kinds = sorted({what for what, _ in self.tally})
        for kind in kinds:
            print(f"  {kind:8}", ", ".join(f"{outcome} {n}" for (what, outcome), n
                                           in sorted(self.tally.items()) if what == kind))
        for number, cause, pdu, ours, theirs in self.differences[:SHOWN]:
            print(f"difference at step {number}, after {cause.hex(' ')}")
            if cause != pdu:
                print(f"    asked  {pdu.hex(' ')}")
            print(f"    paymeter  {ours.hex(' ') if ours is not None else 'silence'}")
            print(f"    reference {theirs.hex(' ')}")


def site_workbook(rng, directory, port, ct=None):
    import openpyxl
    book = openpyxl.load_workbook(WORKBOOK)
    serial = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=rng.choice((1, 10, 19, 20))))
    key, any_ct = rng.randbytes(16), rng.choice((1, 1, 20, 600))
    ct = ct or any_ct
    for name, values in (("总线", {"端口": port}),
                         ("仪表", {"通讯地址": UNIT, "出厂编号": serial, "密钥": key.hex(), "变比": ct})):
        sheet = book[name]
        if sheet.max_row > 2:
            sheet.delete_rows(3, sheet.max_row - 2)
        column = {cell.value: cell.column for cell in sheet[1]}
        for title, value in values.items():
            sheet.cell(2, column[title]).value = value
    path = os.path.join(directory, "site.xlsx")
    book.save(path)
    return path, serial, key, ct


def simulate(workbook, state):
    site = Process([BINARY, "simulate", workbook, "--seed", "1", "--state", state,
                    "--speed", str(SPEED)])
    site.wait_for(r"^ready")
    return site


def near_the_limits(rng, state, meter):
    """The same past for both: a meter that has sold and been cleared nearly as often as it can."""
    with open(state, encoding="utf-8") as file:
        row = json.loads(file.readline())
    memory = json.loads(row["memory"])
    meter.customer, meter.count = rng.choice(((0, 0), (7, 65535 - rng.randrange(40))))
    meter.clear_count = rng.choice((0, 65535 - rng.randrange(3)))
    meter.cover_opened = meter.clock_fault = True
    memory.update(customer_number=str(meter.customer), purchase_count=str(meter.count),
                  clear_count=str(meter.clear_count), cover_opened="1", clock_fault="1")
    row["memory"] = json.dumps(memory)
    with open(state, "w", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")


def main():
    seed = int(os.environ.get("PAYMETER_SEED", random.SystemRandom().randrange(1 << 30)))
    print(f"seed {seed} (replay with PAYMETER_SEED={seed})", flush=True)
    rng = random.Random(seed)
    ref.self_check()
    with temporary_directory() as directory:
        port = free_ports(1)[0]
        workbook, serial, key, ct = site_workbook(rng, directory, port)
        state = os.path.join(directory, "state.json")
        simulate(workbook, state).stop()
        zone = datetime.timezone(datetime.timedelta(hours=8))
        now = datetime.datetime.now(zone).replace(tzinfo=None, microsecond=0)
        meter = ref.Meter(serial, key, ct, now)
        near_the_limits(rng, state, meter)
        site = simulate(workbook, state)
        try:
            drive(rng, Comparison(Wire(port), Twin(meter)), Generator(rng, meter))
        finally:
            site.child.send_signal(signal.SIGTERM)
            site.child.wait()
    print("two_meters: ok")


def drive(rng, comparison, generator):
    meter = comparison.twin.meter
    comparison.step(0, bytes.fromhex("100057000204 00010001"))
    comparison.everything(0)
    for number in range(1, STEPS + 1):
        if number == STEPS // 2:  # from here on a load: no prices any more
            version = meter.price_version() + 1
            body = struct.pack(">I", version) + bytes(54)
            data = body + ref.mac_of(meter.key, meter.serial, meter.clear_count, ref.PRICES, body)
            comparison.step(number, struct.pack(">BHHB", 16, ref.PRICES, 31, 62) + data)
            generator.no_load = False
        comparison.step(number, generator.pdu())
        if number % 200 == 0:
            comparison.everything(number)
    comparison.report()
    assert not comparison.differences, f"{len(comparison.differences)} differences"


if __name__ == "__main__":
    main()
