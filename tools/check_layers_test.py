"""Tests of the layer check: each forbidden include is found, each allowed one is not."""

import pathlib
import tempfile
import unittest

import check_layers
import layers


def findings(path: str, *includes: str) -> list[str]:
    text = "/// A file.\n" + "".join(f"#include {i}\n" for i in includes)
    return [what for _, what in check_layers.check_source(path, text)]


class RoomTest(unittest.TestCase):
    def test_allowed(self):
        rows = [
            ("domain/tariff.cpp", '"paymeter/base/error.hpp"', "everybody knows base"),
            ("domain/tariff.cpp", '"paymeter/domain/money.hpp"', "a room knows itself"),
            ("driver/io.cpp", '"paymeter/codec/modbus_pdu.hpp"', "drivers speak codecs"),
            ("transport/stream_link.cpp", '"paymeter/codec/modbus_rtu.hpp"', "frame ends"),
            ("app/main.cpp", '"paymeter/http/routes.hpp"', "app wires everything"),
        ]
        for path, include, reason in rows:
            self.assertEqual(findings(path, include), [], reason)

    def test_forbidden(self):
        rows = [
            ("domain/tariff.cpp", '"paymeter/port/runtime.hpp"', "rules know no ports"),
            ("codec/modbus_rtu.cpp", '"paymeter/domain/meter.hpp"', "codecs know no meters"),
            ("service/vending.cpp", '"paymeter/store/sqlite.hpp"', "services know the port only"),
            ("service/vending.cpp", '"paymeter/driver/models.hpp"', "services know the port only"),
            ("driver/models.cpp", '"paymeter/transport/link_factory.hpp"', "they get links"),
            ("sim/site.cpp", '"paymeter/app/config.hpp"', "sim knows neither http nor app"),
            ("port/store.cpp", '"paymeter/attic/store.hpp"', "a room that does not exist"),
        ]
        for path, include, reason in rows:
            self.assertEqual(len(findings(path, include)), 1, reason)

    def test_a_finding_names_its_line(self):
        text = '/// A file.\n#pragma once\n#include "paymeter/port/async.hpp"\n'
        self.assertEqual([line for line, _ in check_layers.check_source("domain/a.hpp", text)], [3])

    def test_relative_includes_hide_the_room(self):
        self.assertEqual(len(findings("domain/tariff.cpp", '"money.hpp"')), 1)

    def test_rooms_form_no_circle(self):
        def reaches(room, goal, seen):
            return any(t == goal or (t not in seen and reaches(t, goal, seen | {t}))
                       for t in layers.MAY_INCLUDE[room])
        for room in layers.MAY_INCLUDE:
            self.assertFalse(reaches(room, room, set()), room)


class OutsideTest(unittest.TestCase):
    def test_rows(self):
        rows = [
            ("domain/money.cpp", "<boost/asio.hpp>", 1, "rules do not wait"),
            ("domain/money.cpp", "<fstream>", 1, "rules do no I/O"),
            ("codec/modbus_rtu.cpp", "<chrono>", 1, "time is an argument"),
            ("codec/mac.cpp", "<openssl/hmac.h>", 0, "the one ciphering codec"),
            ("codec/modbus_rtu.cpp", "<openssl/hmac.h>", 1, "only mac.cpp"),
            ("base/time.cpp", "<date/date.h>", 0, "the one calendar"),
            ("domain/tariff.cpp", "<date/date.h>", 1, "calendars live in base/time.cpp"),
            ("service/poll.cpp", "<boost/asio/awaitable.hpp>", 1, "through port/async.hpp"),
            ("service/poll.cpp", "<boost/asio/steady_timer.hpp>", 1, "wait through a port"),
            ("service/poll.cpp", "<soci/soci.h>", 1, "SQL only in store"),
            ("http/routes.cpp", "<restinio/all.hpp>", 1, "RESTinio only in net"),
            ("net/http_server.cpp", "<restinio/all.hpp>", 0, "its room"),
            ("adapter/webhook.cpp", "<boost/beast/http.hpp>", 1, "Beast only in net"),
            ("transport/tcp_line.cpp", "<sys/socket.h>", 0, "transport is the outside"),
            ("domain/money_test.cpp", "<fstream>", 0, "tests read fixtures"),
            ("service/login_test.cpp", "<boost/asio/co_spawn.hpp>", 0, "tests run coroutines"),
            ("domain/money_test.cpp", "<boost/asio.hpp>", 1, "tests keep the layers"),
            ("domain/money.cpp", "<vector>", 0, "the standard library is free"),
        ]
        for path, include, count, reason in rows:
            self.assertEqual(len(findings(path, include)), count, f"{path} {include}: {reason}")


class CmakeTest(unittest.TestCase):
    def test_depends_are_read_up_to_the_next_keyword(self):
        text = "paymeter_library(service\n  SOURCES a.cpp\n  DEPENDS base port\n  LIBRARIES fmt)\n"
        self.assertEqual(check_layers.parse_depends(text), [("service", 1, ["base", "port"])])

    def test_a_dependency_outside_the_table_is_found(self):
        found = check_layers.check_cmake("# rooms\npaymeter_library(domain DEPENDS base port)\n")
        self.assertEqual(len(found), 1)
        self.assertIn("domain must not include port", found[0][1])

    def test_a_commented_dependency_is_none(self):
        self.assertEqual(check_layers.check_cmake("paymeter_library(domain # DEPENDS port\n)"), [])


class TreeTest(unittest.TestCase):
    def test_reports_are_file_line_what(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            room = root / "src" / "paymeter" / "domain"
            room.mkdir(parents=True)
            (room / "a.hpp").write_text("/// A.\n#include <thread>\n", "utf-8")
            reports = check_layers.check_tree(root)
        self.assertEqual(len(reports), 1)
        self.assertTrue(reports[0].startswith("src/paymeter/domain/a.hpp:2: "), reports)


if __name__ == "__main__":
    unittest.main()
