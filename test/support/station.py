"""Starts real `paymeter` processes for tests and talks to them: only the standard library."""
import http.client
import json
import os
import re
import select
import signal
import socket
import struct
import subprocess
import tempfile
import time
import uuid

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BINARY = os.environ.get("PAYMETER_BINARY", os.path.join(ROOT, "build", "paymeter"))


class Failure(Exception):
    """A request that the station refused: status and the error's code."""

    def __init__(self, status, error):
        super().__init__(f"{status} {error}")
        self.status = status
        self.code = (error or {}).get("code") if isinstance(error, dict) else None


def free_ports(count):
    """Ports that were free a moment ago; kept bound together so that they differ."""
    sockets = [socket.socket() for _ in range(count)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


class Process:
    """A child whose output is read line by line; `wait_for` blocks on the line, not on time."""

    def __init__(self, arguments, env=None, cwd=None):
        self.arguments = arguments
        self.lines = []
        self.buffer = b""
        self.child = subprocess.Popen(arguments, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                                      env={**os.environ, **(env or {})}, cwd=cwd)
        os.set_blocking(self.child.stdout.fileno(), False)

    def _pump(self, seconds):
        ready, _, _ = select.select([self.child.stdout], [], [], seconds)
        if not ready:
            return True
        data = self.child.stdout.read()
        if data is None:
            return True
        if data == b"":
            return False
        self.buffer += data
        *whole, self.buffer = self.buffer.split(b"\n")
        self.lines += [line.decode("utf-8", "replace") for line in whole]
        return True

    def wait_for(self, pattern, seconds=60):
        """The first match of `pattern` in the output from the start on."""
        deadline = time.monotonic() + seconds
        seen = 0
        while True:
            while seen < len(self.lines):
                found = re.search(pattern, self.lines[seen])
                seen += 1
                if found:
                    return found
            if time.monotonic() > deadline:
                raise AssertionError(f"{self.arguments[:2]}: no line matches {pattern!r}:\n{self.tail()}")
            if not self._pump(0.2) and seen >= len(self.lines):
                raise AssertionError(f"{self.arguments[:2]} ended ({self.child.wait()}):\n{self.tail()}")

    def tail(self):
        return "\n".join(self.lines[-30:])

    def kill(self):
        """kill -9: no chance to tidy up."""
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGKILL)
        self.child.wait()

    def stop(self):
        if self.child.poll() is None:
            self.child.send_signal(signal.SIGTERM)
            try:
                deadline = time.monotonic() + 30
                while self.child.poll() is None and time.monotonic() < deadline:
                    self._pump(0.1)
                self.child.wait(timeout=1)
            except subprocess.TimeoutExpired:
                self.child.kill()
                self.child.wait()
                raise AssertionError(f"{self.arguments[:2]} did not end on SIGTERM")
        while self._pump(0) and self.child.stdout.readable() and select.select([self.child.stdout], [], [], 0)[0]:
            pass
        return self.child.returncode


class Station:
    """`paymeter serve` on a database of its own, with an administrator logged in."""

    def __init__(self, directory, port=None, env=None):
        self.directory = directory
        self.port = port or free_ports(1)[0]
        self.env = env or {}
        self.password = None
        self.cookie = None
        self.process = None

    def start(self):
        env = {"PAYMETER_SERVER_PORT": str(self.port),
               "PAYMETER_STORE_URL": f"sqlite:{self.directory}/paymeter.sqlite", **self.env}
        self.process = Process([BINARY, "serve"], env=env, cwd=self.directory)
        if self.password is None:
            self.one_time = self.process.wait_for(r"one-time password[^:]*: *(\S+)").group(1)
        self.process.wait_for(r"listening on ")
        return self

    def log_in(self):
        if self.password is None:
            self._session(self.one_time)
            self.password = "correct horse battery"
            self.call("POST", "/api/v1/session/password",
                      {"old_password": self.one_time, "new_password": self.password})
        else:
            self._session(self.password)
        return self

    def _session(self, password):
        self.cookie = None
        _, headers = self._raw("POST", "/api/v1/login", {"name": "admin", "password": password})
        self.cookie = headers.get("Set-Cookie", "").split(";")[0]

    def _raw(self, method, path, body=None, headers=None, timeout=60):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            sent = {"X-Paymeter-Request": "1", **(headers or {})}
            if self.cookie:
                sent["Cookie"] = self.cookie
            data = body
            if body is not None and not isinstance(body, bytes):
                data = json.dumps(body).encode()
                sent["Content-Type"] = "application/json"
            connection.request(method, path, data, sent)
            reply = connection.getresponse()
            text = reply.read()
            parsed = json.loads(text) if "json" in reply.headers.get("Content-Type", "") else text
            if reply.status >= 400:
                raise Failure(reply.status, parsed.get("error") if isinstance(parsed, dict) else text)
            return parsed, reply.headers
        finally:
            connection.close()

    def call(self, method, path, body=None, key=None, **kwargs):
        headers = {"Idempotency-Key": key} if key else {}
        return self._raw(method, path, body, headers, **kwargs)[0]

    def get(self, path):
        return self.call("GET", path)

    def import_file(self, path, dry_run=False):
        with open(path, "rb") as file:
            return self.call("POST", "/api/v1/imports" + ("?dry_run=1" if dry_run else ""), file.read())

    def until(self, what, condition, seconds=120):
        """Asks again until `condition()` is true; the pause only spares the processor."""
        deadline = time.monotonic() + seconds
        while True:
            result = condition()
            if result:
                return result
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {seconds} s: {what}")
            select.select([], [], [], 0.05)


def new_key():
    return str(uuid.uuid4())


def read_registers(port, unit, address, count):
    """Plain Modbus TCP read, so that the meters are judged by somebody else's bytes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as link:
        for attempt in range(20):
            link.sendall(struct.pack(">HHHBBHH", attempt + 1, 0, 6, unit, 3, address, count))
            link.settimeout(3)
            try:
                reply = b""
                while len(reply) < 9 + 2 * count:
                    part = link.recv(512)
                    if not part:
                        break
                    reply += part
                if len(reply) >= 9 + 2 * count and reply[:2] == struct.pack(">H", attempt + 1):
                    return struct.unpack(f">{count}H", reply[9:9 + 2 * count])
            except socket.timeout:
                continue
    raise AssertionError(f"unit {unit} on port {port} does not answer")


def wallet(port, unit):
    """The money in a reference meter: what the judge says."""
    r = read_registers(port, unit, 0x6000, 49)

    def u32(at):
        return r[at] << 16 | r[at + 1]

    def s32(at):
        value = u32(at)
        return value - (1 << 32) if value & 0x80000000 else value

    return {"status": r[1], "balance_fen": s32(2), "sold_fen": s32(6), "count": r[8],
            "last_fen": s32(9), "clear_count": r[13]}


def temporary_directory():
    return tempfile.TemporaryDirectory(prefix="paymeter-test-")


def site_on_free_ports(workbook, directory):
    """A copy of a site workbook whose buses listen on ports that are free here.

    Returns (path, [port of each bus in order])."""
    import openpyxl
    book = openpyxl.load_workbook(workbook)
    sheet = next(book[name] for name in book.sheetnames if name.startswith("总线"))
    titles = [str(cell.value or "") for cell in sheet[1]]
    column = next(i for i, title in enumerate(titles) if title.startswith("端口")) + 1
    rows = [row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value]
    ports = free_ports(len(rows))
    for row, port in zip(rows, ports):
        sheet.cell(row, column).value = port
    path = os.path.join(directory, "site.xlsx")
    book.save(path)
    return path, ports
