"""Tests of the style check: each rule finds what breaks it and leaves good code alone."""

import unittest

import check_style


def found(path: str, text: str) -> list[str]:
    return [what for _, what in check_style.check_text(path, text)[0]]


def function(lines: int, head: str = "int f(int a) {") -> str:
    return "/// A.\n" + head + "\n" + "  g();\n" * (lines - 2) + "}\n"


class FileTest(unittest.TestCase):
    def test_a_good_file_has_no_findings(self):
        self.assertEqual(found("src/paymeter/base/a.cpp", "/// A.\nint f() { return 1; }\n"), [])

    def test_first_line(self):
        rows = [
            ("src/a.hpp", "#pragma once\n", 1, "a header without a sentence"),
            ("src/a.def", "// Every error.\n", 0, "tables open with a comment too"),
            ("tools/a.py", '#!/usr/bin/env python3\n"""Does a."""\n', 0, "behind the shebang"),
            ("tools/a.py", "import os\n", 1, "a script without a sentence"),
            ("models/a.toml", 'name = "a"\n', 1, "a model without a sentence"),
            ("web/src/a.tsx", "/** A. */\n", 0, "a web file"),
        ]
        for path, text, count, reason in rows:
            self.assertEqual(len(found(path, text)), count, reason)

    def test_length(self):
        text = "/// A.\n" + "int x;\n" * 599
        self.assertEqual(found("src/a.cpp", text), [])
        self.assertEqual(len(found("src/a.cpp", text + "int y;\n")), 1)
        self.assertEqual(len(check_style.check_text("src/a.cpp", text)[1]), 1)

    def test_columns(self):
        self.assertEqual(found("src/a.cpp", "// " + "x" * 97 + "\n"), [])
        self.assertEqual(len(found("src/a.cpp", "// " + "x" * 98 + "\n")), 1)
        self.assertEqual(found("src/a.cpp", "// " + "表" * 90 + "\n"), [], "not bytes")

    def test_words(self):
        self.assertEqual(len(found("src/a.cpp", "// " + "TO" + "DO later\n")), 1)
        self.assertEqual(found("src/a.cpp", "// todos in lower case are a word\n"), [])

    def test_sleeps_are_found_in_tests_only(self):
        line = "/// A.\nvoid f() { std::this_thread::sleep_for(x); }\n"
        self.assertEqual(len(found("src/a_test.cpp", line)), 1)
        self.assertEqual(len(found("test/peers/a.cpp", line)), 1)
        self.assertEqual(found("src/a.cpp", line), [])
        self.assertEqual(found("src/a_test.cpp", "/// A.\nco_await runtime.sleep(x);\n"), [],
                         "a runtime's clock may be a simulated one")

    def test_test_names(self):
        self.assertEqual(found("src/a_test.cpp", "/// A.\nTEST(A, SaysWhatHolds) {}\n"), [])
        self.assertEqual(len(found("src/a_test.cpp", "/// A.\nTEST(A, says_what) {}\n")), 1)


class FunctionTest(unittest.TestCase):
    def test_length(self):
        self.assertEqual(check_style.long_functions(function(70)), [])
        self.assertEqual(check_style.long_functions(function(71)), [(2, 71)])

    def test_namespaces_and_classes_are_no_functions(self):
        for head in ("namespace a {", "class A final : public B {", "struct A {",
                     "enum class A : std::uint8_t {", "constexpr auto kTable = make<Row>({"):
            text = function(100, head)
            if head.endswith("({"):
                text = text[:-2] + "});\n"
            self.assertEqual(check_style.long_functions(text), [], head)

    def test_members_are_measured_by_themselves(self):
        text = "/// A.\nclass A {\n" + "  int f() { return 1; }\n" * 90 + "};\n"
        self.assertEqual(check_style.long_functions(text), [])

    def test_braces_in_literals_and_comments_do_not_count(self):
        text = function(60, 'int f(const char* a = "{{{", char b = \'{\') {  // {{')
        self.assertEqual(check_style.long_functions(text), [])
        raw = '/// A.\nint f() {\n  return g(R"({{\n{)");\n}\nint h() { return 1; }\n'
        self.assertEqual(check_style.long_functions(raw), [])

    def test_tables_are_exempt_when_they_say_so(self):
        text = function(100).replace("  g();", "  g();  // style: table", 1)
        self.assertEqual(check_style.long_functions(text), [])

    def test_rows_do_not_count(self):
        table = "  Row rows[] = {\n" + "    {1, 2, 3},\n" * 50 + "  };\n}\n"
        text = function(60).replace("}\n", table)
        self.assertEqual(check_style.long_functions(text), [])

    def test_lambdas_count_to_their_function(self):
        text = "/// A.\nvoid f() {\n  auto g = [&](int a) {\n" + "    h();\n" * 70 + "  };\n}\n"
        self.assertEqual(check_style.long_functions(text), [(2, 74)])


if __name__ == "__main__":
    unittest.main()
