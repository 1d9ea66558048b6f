"""Transparent gateways with reference meters behind them, and one fault at a time, aimed at a frame.

The meters are reference_meter.py; here are the wires: RTU over TCP or Modbus TCP, a port each, in a
thread of the test's own process, so that a test looks into the meters without asking them.
"""
import asyncio
import random
import struct
import threading
import time

import reference_meter as ref

# What the wire, the gateway or the meter's power does to one request.
FAULTS = ("lost_request", "half_request", "late_request", "double_request", "lost_answer",
          "late_answer", "slow_answer", "double_answer", "half_answer", "bad_answer", "wrong_unit",
          "garbage_before", "garbage_after", "busy", "target_silent", "power_before", "power_after",
          "reset_before", "reset_after", "hang")
SLOW_S, DARK_S, HANG_S = 0.5, 0.5, 1.0  # the station's time-out lies below all of them
BUSY, TARGET_SILENT = 0x06, 0x0B


def crc16(data):
    value = 0xFFFF
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return struct.pack("<H", value)


class LoggedMeter(ref.Meter):
    """Remembers every command that it accepted: (address, clear count before it, block)."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.log = []
        self.dark_until = 0.0

    def answer(self, pdu):
        epoch, reply = self.clear_count, super().answer(pdu)
        if pdu[0] == 0x10 and not reply[0] & 0x80:
            self.log.append((struct.unpack_from(">H", pdu, 1)[0], epoch, pdu[6:]))
        return reply

    def sales(self):
        """(clear count, n, amount) of every accepted sale, in order."""
        return [(epoch, *struct.unpack_from(">Hi", block)) for address, epoch, block in self.log
                if address == ref.SALE]


class Gateway:
    """One port, one line, its meters by unit."""

    def __init__(self, meters, is_tcp, seed):
        self.meters, self.is_tcp, self.rng = meters, is_tcp, random.Random(seed)
        self.port = None
        self.aimed = []   # (function, address or None, fault)
        self.fired = []
        self.losses = 0   # percent of requests, and of answers, while it is not 0
        self.late, self.held = [], []
        self.line = asyncio.Lock()

    def aim(self, function, address, fault):
        self.aimed.append((function, address, fault))

    async def serve(self, reader, writer):
        try:
            await (self._serve_tcp if self.is_tcp else self._serve_rtu)(reader, writer)
        except (ConnectionError, EOFError):
            pass
        finally:
            writer.close()

    async def _serve_tcp(self, reader, writer):
        while True:
            head = await reader.readexactly(7)
            _, _, size, unit = struct.unpack(">HHHB", head)
            pdu = await reader.readexactly(size - 1)

            def frame(to, reply, head=head):
                return head[:4] + struct.pack(">HB", len(reply) + 1, to) + reply
            await self._request(unit, pdu, frame, writer)

    async def _serve_rtu(self, reader, writer):
        def frame(to, reply):
            return bytes([to]) + reply + crc16(bytes([to]) + reply)
        while True:
            data = await reader.readexactly(8)
            if data[1] == 0x10:
                data += await reader.readexactly(data[6] + 1)
            assert crc16(data[:-2]) == data[-2:], f"the station spoilt a frame: {data.hex()}"
            await self._request(data[0], data[1:-2], frame, writer)

    def _choose(self, pdu):
        address = struct.unpack_from(">H", pdu, 1)[0]
        for one in self.aimed:
            if one[0] == pdu[0] and one[1] in (None, address):
                self.aimed.remove(one)
                self.fired.append(one)
                return one[2]
        if self.rng.random() * 100 < self.losses:
            return "lost_request"
        return "lost_answer" if self.rng.random() * 100 < self.losses else None

    def _execute(self, unit, pdu):
        meter = self.meters.get(unit)
        if meter is None or time.monotonic() < meter.dark_until:
            return None
        return meter.answer(pdu)

    async def _request(self, unit, pdu, frame, writer):
        async with self.line:
            fault = self._choose(pdu)
            for late in self.held:
                self._execute(*late)
            self.held.clear()
            for late in self.late:
                writer.write(late)
            self.late.clear()
            if not self._reaches(fault, unit, pdu, frame, writer):
                return
            reply = self._execute(unit, pdu)
            if fault == "double_request":
                reply = self._execute(unit, pdu)
            if fault == "power_after":
                self.meters[unit].dark_until = time.monotonic() + DARK_S
            if fault == "reset_after":
                writer.transport.abort()
            if fault in ("slow_answer", "hang"):
                await asyncio.sleep(SLOW_S if fault == "slow_answer" else HANG_S)
            if reply is None or fault in ("lost_answer", "power_after", "reset_after", "hang"):
                return
            answer = frame(unit, reply)
            if fault == "late_answer":
                self.late.append(answer)
            else:
                writer.write(self._spoil(fault, unit, reply, frame))

    def _reaches(self, fault, unit, pdu, frame, writer):
        """Does the meter see the request now? If not, what the master gets instead."""
        if fault == "late_request":
            self.held.append((unit, pdu))
        elif fault == "power_before":
            self.meters[unit].dark_until = time.monotonic() + DARK_S
        elif fault == "reset_before":
            writer.transport.abort()
        elif fault in ("busy", "target_silent"):
            code = BUSY if fault == "busy" else TARGET_SILENT
            writer.write(frame(unit, bytes([pdu[0] | 0x80, code])))
        elif fault not in ("lost_request", "half_request"):
            return True
        return False

    def _spoil(self, fault, unit, reply, frame):
        answer, noise = frame(unit, reply), self.rng.randbytes(self.rng.randrange(1, 12))
        if fault == "bad_answer":  # the checksum; over TCP, where there is none, the transaction
            at = 1 if self.is_tcp else -1
            spoilt = bytearray(answer)
            spoilt[at] ^= 0x40
            return bytes(spoilt)
        return {"double_answer": answer + answer, "wrong_unit": frame(unit % 247 + 1, reply),
                "half_answer": answer[:self.rng.randrange(1, len(answer))],
                "garbage_before": noise + answer, "garbage_after": answer + noise
                }.get(fault, answer)


class Site(threading.Thread):
    """All gateways of a test and the seconds of their meters' lives."""

    def __init__(self, gateways):
        super().__init__(daemon=True)
        self.gateways = gateways
        self.ready = threading.Event()

    def run(self):
        asyncio.run(self._run())

    async def _run(self):
        servers = [await asyncio.start_server(g.serve, "127.0.0.1", 0) for g in self.gateways]
        for gateway, server in zip(self.gateways, servers):
            gateway.port = server.sockets[0].getsockname()[1]
        self.ready.set()
        due = time.monotonic()
        while True:
            due += 1
            await asyncio.sleep(max(0, due - time.monotonic()))
            for gateway in self.gateways:
                for meter in gateway.meters.values():
                    meter.second()
