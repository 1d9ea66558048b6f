#!/usr/bin/env python3
"""The reference prepaid meter once more, written from docs/protocols/reference-meter-modbus.md alone.

Nothing here comes from the C++ meter or driver: what the two disagree about is a finding. Served
over Modbus TCP by one thread; faults come from a seed. Only the standard library.

    reference_meter.py --port 0 --units 4 --key-of 'some secret' --lose-requests 10

prints `ready port N control M`. The control port takes one JSON object a line and answers with one:
{"do": "faults", "lose_requests": 0, "lose_replies": 0, "double_frames": 0}, {"do": "load", "unit": 1,
"watts": 2000}, {"do": "cover", "unit": 1}, {"do": "clock_lost", "unit": 1}, {"do": "dump"}.
"""
import argparse
import datetime
import hashlib
import hmac
import json
import random
import selectors
import socket
import struct
import sys
import time

ILLEGAL_FUNCTION, ILLEGAL_ADDRESS, ILLEGAL_VALUE, REFUSED = 1, 2, 3, 4
NONE, BAD_MAC, BAD_ACCOUNT, BAD_COUNT, BAD_BALANCE, BAD_VERSION = 0, 1, 3, 4, 5, 6
READABLE = [(0x0000, 0x000F), (0x0028, 0x002D), (0x0038, 0x0039), (0x0057, 0x0058),
            (0x0061, 0x0077), (0x0164, 0x017F), (0x2000, 0x2029), (0x5030, 0x5031),
            (0x6000, 0x6030), (0x6100, 0x611C)]
SALE, OPEN, CLEAR, SETTINGS, CLOCK, PRICES = 0x6040, 0x6048, 0x6050, 0x6058, 0x6070, 0x6080
RELAY, DAY_1, DAY_2, SEASONS = 0x0057, 0x2000, 0x2015, 0x0028
BLOCKS = {SALE: 7, OPEN: 4, CLEAR: 4, SETTINGS: 12, CLOCK: 8, PRICES: 31,
          RELAY: 2, DAY_1: 21, DAY_2: 21, SEASONS: 6}
WITH_MAC = {SALE, OPEN, CLEAR, SETTINGS, CLOCK, PRICES}
CLEAR_EMPTY, CLEAR_ANY = 0xC1EA, 0xC1EB
S32_MAX, S32_MIN = (1 << 31) - 1, -(1 << 31)
WS_PER_KWH = 3_600_000
WS_PER_CENTI_KWH = WS_PER_KWH // 100
# One watt-second at 0.0001 yuan/kWh; so many of them are a fen: nothing is ever rounded away.
FINE_PER_FEN = 100 * WS_PER_KWH
ROLL_OVER = 100_000_000  # in 0.01 kWh: after 999999.99 kWh


class Exception_(Exception):
    """A Modbus exception; with 04, `why` is what register 601C will say."""

    def __init__(self, code, why=None):
        super().__init__(code, why)
        self.code, self.why = code, why


def mac_of(key, serial, clear_count, address, body):
    """First 4 bytes of HMAC-SHA256 over serial (20) | clear count | block address | body."""
    bound = serial.encode("ascii").ljust(20, b"\0") + struct.pack(">HH", clear_count, address)
    return hmac.new(key, bound + body, hashlib.sha256).digest()[:4]


def refuse_if(condition, why):
    if condition:
        raise Exception_(REFUSED, why)


def require(condition):
    """A value out of range."""
    if not condition:
        raise Exception_(ILLEGAL_VALUE)


def bcd(value):
    return value // 10 << 4 | value % 10


def of_bcd(byte):
    require(byte >> 4 < 10 and byte & 15 < 10)
    return (byte >> 4) * 10 + (byte & 15)


def clock_bytes(at):
    return bytes(bcd(v) for v in (at.year % 100, at.month, at.day, at.hour, at.minute, at.second,
                                  at.isoweekday(), 0))


def clock_of(data):
    require(data[7] == 0)
    year, month, day, hour, minute, second, weekday = (of_bcd(b) for b in data[:7])
    try:
        at = datetime.datetime(2000 + year, month, day, hour, minute, second)
    except ValueError:
        raise Exception_(ILLEGAL_VALUE) from None
    require(at.isoweekday() == weekday)
    return at


def slots_of(data):
    """Entries of three bytes; zeros only at the tail."""
    slots = [tuple(data[i:i + 3]) for i in range(0, len(data), 3)]
    while slots and slots[-1] == (0, 0, 0):
        slots.pop()
    return slots


def check_ascending(keys):
    require(all(a < b for a, b in zip(keys, keys[1:])))


def check_day_table(data):
    slots = slots_of(data)
    require(all(1 <= rate <= 5 and minute < 60 and hour < 24 for rate, minute, hour in slots))
    check_ascending([(hour, minute) for _, minute, hour in slots])


def check_seasons(data):
    slots = slots_of(data)
    days = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    require(all(1 <= month <= 12 and 1 <= day <= days[month - 1] and table in (1, 2)
                for month, day, table in slots))
    check_ascending([(month, day) for month, day, _ in slots])


class Meter:
    """One meter: `answer` takes and gives PDUs, `second` lets a second of its life pass."""

    def __init__(self, serial, key, ct_ratio=1, clock=None):
        self.serial, self.key, self.ct = serial, bytes(key), ct_ratio
        self.clock = clock or datetime.datetime.now().replace(microsecond=0)
        self.load_w = 0
        self.customer = 0            # 0: no account is open
        self.balance = 0             # in 1 / FINE_PER_FEN
        self.sold = self.count = self.last_amount = self.last_tag = 0
        self.clear_count = self.cleared_balance = 0
        self.refusal = NONE
        self.settings = (0, 0, 0, 0, 0)  # version, alarm 1, alarm 2, overload W, overdraft
        self.prices = bytes(58)
        self.clock_sequence = 0
        self.mode = self.position = 0
        self.arrears_trip = self.overload_trip = False
        self.overload_seconds = 0
        self.cover_opened = self.clock_fault = False
        self.tables = {DAY_1: bytes(42), DAY_2: bytes(42), SEASONS: bytes(12)}
        self.total_ws = 0            # primary
        self.rate_ws = [0] * 6       # 1..5
        self.cycle_ws = 0

    # --- what follows from the state

    def shown(self):
        return self.balance // FINE_PER_FEN

    def relay_open(self):
        if self.mode == 1:
            return self.position == 1
        return self.customer != 0 and (self.arrears_trip or self.overload_trip)

    def power_w(self):
        return 0 if self.relay_open() else self.load_w

    def price(self, rate):
        return struct.unpack_from(">I", self.prices, 4 * rate)[0]

    def steps(self):
        count = struct.unpack_from(">H", self.prices, 24)[0]
        return [struct.unpack_from(">II", self.prices, 26 + 8 * i) for i in range(count)]

    def surcharge(self):
        reached = [(start, i, extra) for i, (start, extra) in enumerate(self.steps())
                   if start * WS_PER_KWH <= self.cycle_ws]
        return max(reached)[2] if reached else 0

    def rate(self):
        seasons = slots_of(self.tables[SEASONS])
        table = 1
        if seasons:
            today = (self.clock.month, self.clock.day)
            begun = [s for s in seasons if (s[0], s[1]) <= today]
            table = (begun or seasons)[-1][2]
        slots = slots_of(self.tables[DAY_1 if table == 1 else DAY_2])
        if not slots:
            return 3
        now = (self.clock.hour, self.clock.minute)
        begun = [s for s in slots if (s[2], s[1]) <= now]
        return (begun or slots)[-1][0]

    def status(self):
        _, alarm_1, alarm_2, _, _ = self.settings
        is_open, shown = self.customer != 0, self.shown()
        bits = [self.relay_open(), self.mode == 1, is_open and shown <= alarm_1,
                is_open and shown <= alarm_2, is_open and shown <= 0, self.overload_trip,
                is_open, self.cover_opened, self.clock_fault]
        return sum(1 << i for i, bit in enumerate(bits) if bit)

    def remaining_energy(self):
        price = self.price(self.rate()) + self.surcharge()
        if price == 0 or self.customer == 0:
            return 0
        return max(S32_MIN, min(S32_MAX, self.shown() * 10_000 // price))

    # --- time

    def second(self):
        """One second at the present load, then its consequences."""
        used, rate = self.power_w(), self.rate()
        self.total_ws += used
        self.rate_ws[rate] += used
        if self.customer:
            self._charge(used, self.price(rate))
        self._set_clock(self.clock + datetime.timedelta(seconds=1))
        overload = self.settings[3]
        if self.customer and self.mode == 0 and 0 < overload < used:
            self.overload_seconds += 1
            if self.overload_seconds >= 5:
                self.overload_trip = True
        else:
            self.overload_seconds = 0
        self._judge()

    def _charge(self, used, price):
        while used:
            ahead = [s * WS_PER_KWH for s, _ in self.steps() if s * WS_PER_KWH > self.cycle_ws]
            part = min([used] + [edge - self.cycle_ws for edge in ahead])
            self.balance -= part * (price + self.surcharge())
            self.cycle_ws += part
            used -= part

    def _set_clock(self, at):
        if (at.year, at.month) != (self.clock.year, self.clock.month):
            self.cycle_ws = 0
        self.clock = at

    def _judge(self):
        shown = self.shown()
        if shown > 0:
            self.arrears_trip = False
        elif self.customer and self.mode == 0 and shown < -self.settings[4]:
            self.arrears_trip = True

    # --- registers

    def image(self):
        """Every readable register that is not 0, by address."""
        regs = {}

        def put(address, layout, *values):
            data = struct.pack(">" + layout, *values)
            for i in range(0, len(data), 2):
                regs[address + i // 2] = data[i] << 8 | data[i + 1]

        def energy(watt_seconds):
            return watt_seconds // (self.ct * WS_PER_CENTI_KWH) % ROLL_OVER

        power = self.power_w()
        put(0x0000, "5I", energy(self.total_ws), *(energy(ws) for ws in self.rate_ws[1:5]))
        put(0x5030, "I", energy(self.rate_ws[5]))
        put(0x0038, "H", self.ct)
        put(0x0057, "HH", self.mode, self.position)
        put(0x0061, "3H", 2300, 2300, 2300)
        put(0x0064, "3H", *[min(65535, power * 100 // (3 * 230 * self.ct))] * 3)
        put(0x0077, "H", 5000)
        put(0x0164, "4i", *[power // 3 // self.ct] * 3, power // self.ct)
        put(0x017C, "4h", 1000, 1000, 1000, 1000)
        put(0x2000, "42s42s", self.tables[DAY_1], self.tables[DAY_2])
        put(0x0028, "12s", self.tables[SEASONS])
        put(0x6000, "HHiiiHiIH", 1, self.status(), max(S32_MIN, self.shown()),
            self.remaining_energy(), self.sold, self.count, self.last_amount, self.last_tag,
            self.clear_count)
        version, alarm_1, alarm_2, overload, overdraft = self.settings
        put(0x600E, "20sIiHII", self.serial.encode("ascii"), self.customer, self.cleared_balance,
            self.refusal, self.price_version(), version)
        put(0x6021, "5I", alarm_1, alarm_2, overload, overdraft,
            self.cycle_ws // WS_PER_CENTI_KWH & 0xFFFFFFFF)
        put(0x602B, "8sI", clock_bytes(self.clock), self.clock_sequence)
        put(0x6100, "58s", self.prices)
        return regs

    def price_version(self):
        return struct.unpack_from(">I", self.prices)[0]

    # --- the protocol

    def answer(self, pdu):
        try:
            if pdu[0] == 0x03:
                return self._read(pdu)
            if pdu[0] == 0x10:
                return self._write(pdu)
            raise Exception_(ILLEGAL_FUNCTION)
        except Exception_ as error:
            if error.code == REFUSED:
                self.refusal = error.why
            return bytes([pdu[0] | 0x80, error.code])

    def _read(self, pdu):
        require(len(pdu) == 5)
        address, count = struct.unpack(">HH", pdu[1:])
        require(1 <= count <= 100)
        wanted = range(address, address + count)
        if not all(any(a <= w <= b for a, b in READABLE) for w in wanted):
            raise Exception_(ILLEGAL_ADDRESS)
        regs = self.image()
        return bytes([3, 2 * count]) + struct.pack(f">{count}H", *(regs.get(w, 0) for w in wanted))

    def _write(self, pdu):
        require(len(pdu) >= 6)
        address, count, size = struct.unpack(">HHB", pdu[1:6])
        body = pdu[6:]
        require(1 <= count <= 100 and size == 2 * count and len(body) == size)
        block = next((a for a, n in BLOCKS.items() if a <= address < a + n), None)
        if block is None:
            raise Exception_(ILLEGAL_ADDRESS)
        require(address == block and count == BLOCKS[block])
        {SALE: self._sale, OPEN: self._open, CLEAR: self._clear, SETTINGS: self._settings,
         CLOCK: self._clock, PRICES: self._prices, RELAY: self._relay}.get(
             block, lambda data: self._table(block, data))(body)
        self.refusal = NONE
        self._judge()
        return pdu[:5]

    def _check_mac(self, address, data):
        if any(self.key):
            good = mac_of(self.key, self.serial, self.clear_count, address, data[:-4])
            refuse_if(not hmac.compare_digest(good, data[-4:]), BAD_MAC)

    def _sale(self, data):
        n, amount, tag = struct.unpack(">HiI", data[:10])
        require(S32_MIN <= self.shown() + amount <= S32_MAX)
        require(S32_MIN <= self.sold + amount <= S32_MAX)
        self._check_mac(SALE, data)
        refuse_if(self.customer == 0, BAD_ACCOUNT)
        refuse_if(n != self.count + 1, BAD_COUNT)  # never at 65535: n has 16 bits
        refuse_if(amount < 0 and self.shown() < -amount, BAD_BALANCE)
        self.balance += amount * FINE_PER_FEN
        self.sold += amount
        self.count, self.last_amount, self.last_tag = n, amount, tag

    def _open(self, data):
        customer, = struct.unpack(">I", data[:4])
        require(customer >= 1)
        self._check_mac(OPEN, data)
        refuse_if(self.customer not in (0, customer), BAD_ACCOUNT)
        self.customer = customer

    def _clear(self, data):
        code, clear_count = struct.unpack(">HH", data[:4])
        require(code in (CLEAR_EMPTY, CLEAR_ANY))
        self._check_mac(CLEAR, data)
        refuse_if(self.customer == 0, BAD_ACCOUNT)
        refuse_if(clear_count != self.clear_count, BAD_COUNT)
        refuse_if(code == CLEAR_EMPTY and self.shown() != 0, BAD_BALANCE)
        self.cleared_balance = self.shown()
        self.balance = self.sold = self.count = self.last_amount = self.last_tag = 0
        self.customer = self.cycle_ws = self.overload_seconds = 0
        self.clear_count = (self.clear_count + 1) & 0xFFFF
        self.arrears_trip = self.overload_trip = False

    def _settings(self, data):
        wanted = struct.unpack(">5I", data[:20])
        require(all(wanted[i] <= S32_MAX for i in (1, 2, 4)))
        self._check_mac(SETTINGS, data)
        refuse_if(wanted[0] <= self.settings[0] and wanted != self.settings, BAD_VERSION)
        self.settings = wanted
        self.cover_opened = False

    def _clock(self, data):
        sequence, = struct.unpack(">I", data[:4])
        at = clock_of(data[4:12])
        self._check_mac(CLOCK, data)
        refuse_if(sequence <= self.clock_sequence, BAD_VERSION)
        self.clock_sequence = sequence
        self._set_clock(at)
        self.clock_fault = False

    def _prices(self, data):
        version, = struct.unpack(">I", data[:4])
        steps, = struct.unpack_from(">H", data, 24)
        require(steps <= 4)
        self._check_mac(PRICES, data)
        refuse_if(version <= self.price_version() and data[:58] != self.prices, BAD_VERSION)
        self.prices = data[:58]

    def _relay(self, data):
        command = struct.unpack(">HH", data)
        require(command in ((1, 0), (1, 1), (0, 0)))
        self.mode, self.position = command
        if command in ((1, 0), (0, 0)):
            self.overload_trip, self.overload_seconds = False, 0

    def _table(self, block, data):
        (check_seasons if block == SEASONS else check_day_table)(data)
        self.tables[block] = data


class Faults:
    """What the wire does to a frame; a generator per unit, so that units do not disturb each other."""

    def __init__(self, seed, lose_requests=0, lose_replies=0, double_frames=0):
        self.seed, self.generators = seed, {}
        self.set(lose_requests, lose_replies, double_frames)
        self.lost_requests = self.lost_replies = self.doubled = self.frames = 0

    def set(self, lose_requests, lose_replies, double_frames):
        self.lose_requests, self.lose_replies = lose_requests, lose_replies
        self.double_frames = double_frames

    def replies(self, unit, meter, pdu):
        """The replies that arrive; always four draws a frame."""
        rng = self.generators.setdefault(unit, random.Random(f"{self.seed}/{unit}"))
        lost, doubled, *mute = (rng.random() * 100 for _ in range(4))
        self.frames += 1
        if lost < self.lose_requests:
            self.lost_requests += 1
            return []
        self.doubled += doubled < self.double_frames
        answers = [meter.answer(pdu) for _ in range(2 if doubled < self.double_frames else 1)]
        arrived = [a for a, m in zip(answers, mute) if m >= self.lose_replies]
        self.lost_replies += len(answers) - len(arrived)
        return arrived


class Server:
    """Modbus TCP: several units behind one port, any number of connections, one thread."""

    def __init__(self, meters, faults, host="127.0.0.1", port=0, control_port=None):
        self.meters, self.faults = meters, faults
        self.selector = selectors.DefaultSelector()
        self.port = self._listen(host, port, self._modbus)
        self.control_port = (None if control_port is None else
                             self._listen(host, control_port, self._control))
        self.next_second = time.monotonic() + 1

    def _listen(self, host, port, speak):
        listener = socket.create_server((host, port), backlog=64)
        self.selector.register(listener, selectors.EVENT_READ, (speak, None))
        return listener.getsockname()[1]

    def run(self):
        while True:
            ready = self.selector.select(max(0, self.next_second - time.monotonic()))
            while time.monotonic() >= self.next_second:
                self.next_second += 1
                for meter in self.meters.values():
                    meter.second()
            for key, _ in ready:
                speak, buffer = key.data
                if buffer is None:
                    link, _ = key.fileobj.accept()
                    link.settimeout(10)
                    self.selector.register(link, selectors.EVENT_READ, (speak, bytearray()))
                elif not self._hear(key.fileobj, speak, buffer):
                    self.selector.unregister(key.fileobj)
                    key.fileobj.close()

    @staticmethod
    def _hear(link, speak, buffer):
        """Whether the connection stays."""
        try:
            data = link.recv(4096)
            buffer += data
            return data != b"" and speak(link, buffer)
        except OSError:
            return False

    def _modbus(self, link, buffer):
        while len(buffer) >= 6:
            transaction, protocol, length = struct.unpack_from(">HHH", buffer)
            if protocol != 0 or not 2 <= length <= 254:
                return False
            if len(buffer) < 6 + length:
                break
            unit, pdu = buffer[6], bytes(buffer[7:6 + length])
            del buffer[:6 + length]
            meter = self.meters.get(unit) if unit else None  # 0 is broadcast: ignored
            for reply in self.faults.replies(unit, meter, pdu) if meter else []:
                link.sendall(struct.pack(">HHHB", transaction, 0, len(reply) + 1, unit) + reply)
        return True

    def _control(self, link, buffer):
        while b"\n" in buffer:
            line, _, rest = bytes(buffer).partition(b"\n")
            buffer[:] = rest
            link.sendall(json.dumps(self._do(json.loads(line))).encode() + b"\n")
        return True

    def _do(self, order):
        what, meter = order["do"], self.meters.get(order.get("unit"))
        if what == "faults":
            self.faults.set(order["lose_requests"], order["lose_replies"], order["double_frames"])
        elif what == "load":
            meter.load_w = order["watts"]
        elif what == "cover":
            meter.cover_opened = True
        elif what == "clock_lost":
            meter.clock_fault = True
        f = self.faults
        return {"frames": f.frames, "lost_requests": f.lost_requests, "doubled": f.doubled,
                "lost_replies": f.lost_replies,
                "meters": {unit: {"status": m.status(), "balance_fen": m.shown(), "sold_fen": m.sold,
                                  "count": m.count, "clear_count": m.clear_count,
                                  "mode": m.mode, "position": m.position, "customer": m.customer}
                           for unit, m in self.meters.items()}}


def control(port, **order):
    """One order to a running server's control port, and its answer."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        link.sendall(json.dumps(order).encode() + b"\n")
        return json.loads(link.makefile().readline())


def self_check():
    """The page's vector."""
    body = bytes.fromhex("000500002710A1B2C3D4")
    mac = mac_of(bytes(range(16)), "PM00000001", 0, SALE, body)
    assert mac == bytes.fromhex("CC94A9A0"), mac.hex()


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--units", type=int, default=4, help="units 1..N with serials PM0000000N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--lose-requests", type=float, default=0, help="percent")
    parser.add_argument("--lose-replies", type=float, default=0, help="percent")
    parser.add_argument("--double-frames", type=float, default=0, help="percent")
    parser.add_argument("--load", type=int, default=0, help="W, the same for every meter")
    parser.add_argument("--utc-offset", type=float, default=8, help="hours, of the site")
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--keys", help="a file: unit serial key(hex) [ct ratio] on each line")
    keys.add_argument("--key-of", default="reference meter ",
                      help="key = first 16 bytes of SHA-256(this text and the serial)")
    given = parser.parse_args(arguments)
    self_check()
    if given.keys:
        with open(given.keys, encoding="ascii") as file:
            rows = [line.split() for line in file if line.strip()]
    else:
        serials = [f"PM{unit:08d}" for unit in range(1, given.units + 1)]
        rows = [(unit, serial, hashlib.sha256((given.key_of + serial).encode()).hexdigest()[:32])
                for unit, serial in enumerate(serials, 1)]
    zone = datetime.timezone(datetime.timedelta(hours=given.utc_offset))
    now = datetime.datetime.now(zone).replace(tzinfo=None, microsecond=0)
    meters = {}
    for unit, serial, key, *ct in rows:
        meters[int(unit)] = meter = Meter(serial, bytes.fromhex(key), int(ct[0]) if ct else 1, now)
        meter.load_w = given.load
    faults = Faults(given.seed, given.lose_requests, given.lose_replies, given.double_frames)
    server = Server(meters, faults, port=given.port, control_port=given.control_port)
    print(f"ready port {server.port} control {server.control_port}", flush=True)
    server.run()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(0)
