#!/usr/bin/python3
"""A Modbus server by pymodbus for tests: `pymodbus_server.py tcp|rtu_over_tcp|serial`.

Prints `ready <port or device>` once it answers and runs until it is ended. Units 1 and 2 hold
counted registers, unit 3 a meter's; every other unit is silent, like an address without a meter.
"""

import asyncio
import os
import sys
import tty

from pymodbus.datastore import (ModbusSequentialDataBlock, ModbusServerContext,
                                ModbusSlaveContext)
from pymodbus.server.async_io import ModbusSerialServer, ModbusTcpServer
from pymodbus.transaction import ModbusRtuFramer, ModbusSocketFramer

REGISTERS = 0x0200


# An Acrel DTSD1352 behind 100:5 A transformers; test/peers/meter_test.cpp says what it should read.
METER = {
    0x0000: [0x0012, 0xD687], 0x0002: [0, 0x1000], 0x0004: [1, 0], 0x0006: [0, 0], 0x0008: [0, 1],
    0x0061: [2301, 2298, 0], 0x0064: [500, 123, 0], 0x0077: [4998], 0x008E: [20],
    0x0164: [0, 1150, 0xFFFF, 0xFFFF, 0, 0, 0, 1149], 0x017C: [1000, 0xFC18, 0, 987],
}


def make_meter() -> ModbusSlaveContext:
    values = [0] * REGISTERS
    for address, block in METER.items():
        values[address:address + len(block)] = block
    return ModbusSlaveContext(hr=ModbusSequentialDataBlock(0, values), zero_mode=True)


def make_unit(unit: int) -> ModbusSlaveContext:
    """Register n of unit u holds (u x 0x1000 + n), the same in every peer of these tests."""
    block = ModbusSequentialDataBlock(0, [unit * 0x1000 + n for n in range(REGISTERS)])
    return ModbusSlaveContext(hr=block, ir=block, zero_mode=True)


def make_context() -> ModbusServerContext:
    return ModbusServerContext({1: make_unit(1), 2: make_unit(2), 3: make_meter()}, single=False)


def ready(where) -> None:
    print(f"ready {where}", flush=True)


async def serve_tcp(framer) -> None:
    server = ModbusTcpServer(make_context(), framer=framer, address=("127.0.0.1", 0),
                             ignore_missing_slaves=True)
    serving = asyncio.ensure_future(server.serve_forever())
    await server.serving
    ready(server.server.sockets[0].getsockname()[1])
    await serving


def join(loop, source: int, target: int) -> None:
    """Copies what arrives at one terminal to the other: the cable between them."""
    loop.add_reader(source, lambda: os.write(target, os.read(source, 512)))


async def serve_serial() -> None:
    loop = asyncio.get_running_loop()
    ours, ours_end = os.openpty()
    theirs, theirs_end = os.openpty()
    for end in (ours_end, theirs_end):
        tty.setraw(end)
    join(loop, ours, theirs)
    join(loop, theirs, ours)
    server = ModbusSerialServer(make_context(), framer=ModbusRtuFramer, port=os.ttyname(ours_end),
                                baudrate=9600, ignore_missing_slaves=True)
    await server.start()
    ready(os.ttyname(theirs_end))
    await server.serve_forever()


def main() -> None:
    mode = sys.argv[1]
    if mode == "serial":
        asyncio.run(serve_serial())
    else:
        asyncio.run(serve_tcp({"tcp": ModbusSocketFramer, "rtu_over_tcp": ModbusRtuFramer}[mode]))


if __name__ == "__main__":
    main()
