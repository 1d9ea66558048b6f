#!/usr/bin/env python3
"""Checks the style that no formatter knows: sizes, first comments, words, test names."""

import argparse
import pathlib
import re
import sys

CPP = {".cpp", ".hpp", ".c", ".h"}
WEB = {".ts", ".tsx", ".css"}
TABLES = {".def", ".inc"}
SKIPPED = {"node_modules", "dist", "generated", "__pycache__", ".git", "node"}
ROOTS = ("src", "test", "tools", "bench", "cmake", "models", "web/src", "packaging")

FILE_LINES_MAX = 600
FILE_LINES_WISHED = 400
FUNCTION_LINES_MAX = 70
COLUMNS_MAX = {".py": 120} | dict.fromkeys(CPP, 100)

FORBIDDEN_WORD = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
FIXED_SLEEP = re.compile(r"\bsleep_for\b|\bsleep_until\b|\btime\.sleep\(|"
                         r"(?<![.>\w])(u|nano)?sleep\((?!Millis)")
TEST_NAME = re.compile(r"\b(?:TEST|TEST_F|TEST_P)\(\s*(\w+)\s*,\s*(\w+)\s*\)")
GOOD_TEST_NAME = re.compile(r"(DISABLED_)?[A-Z][A-Za-z0-9]*$")
FIRST_COMMENT = {"cpp": ("//", "/*"), "hash": ("#",), "web": ("//", "/*"), "python": ('"""', "#")}
# Tables are exempt: rows do not count, and what is a table in another shape says so itself.
TABLE_ROW = re.compile(r"\s*(\w*[Rr]ow)?\{.*\S")
TABLE_MARK = "style: table"


def is_test(path: str) -> bool:
    return bool(re.search(r"(_test\.\w+$|_test_\w+\.\w+$|\.test\.tsx?$|^test/)", path))


def strip_literals(line: str) -> str:
    """Blanks strings, characters and line comments, so that their braces do not count."""
    line = re.sub(r'"(\\.|[^"\\])*"', '""', line)
    line = re.sub(r"'(\\.|[^'\\])'", "''", line)
    return re.sub(r"//.*", "", line)


def blank_raw_strings(text: str) -> str:
    """Raw strings become empty ones with as many line ends."""
    def blank(match):
        return '""' + "\n" * match.group(0).count("\n")
    return re.sub(r'R"(\w*)\((.*?)\)\1"', blank, text, flags=re.S)


CONTAINER = re.compile(r"^\s*(inline\s+)?(namespace|extern\s+\"|extern \"\")")
INITIALISER = re.compile(r"([=(,]|\breturn)\s*$")
TYPE = re.compile(r"^\s*(template\s*<.*>\s*)?(class|struct|union|enum)\b[^()]*$")


def function_length(lines: list[str]) -> int:
    """Lines that count, 0 for a marked table."""
    if any(TABLE_MARK in line for line in lines):
        return 0
    return sum(not TABLE_ROW.match(line) for line in lines)


def long_functions(text: str) -> list[tuple[int, int]]:
    """(first line, length) of functions that are too long. A heuristic: the outermost braces that
    follow a parameter list, below namespaces and types."""
    found, stack, statement, statement_line = [], [], "", 1
    for number, raw in enumerate(blank_raw_strings(text).splitlines(), 1):
        line = strip_literals(raw)
        if line.lstrip().startswith("#"):
            continue
        for char in line:
            if not statement.strip():
                statement_line = number
            if char == "{":
                outer = not any(kind == "function" for kind, _ in stack)
                if CONTAINER.match(statement) or TYPE.match(statement):
                    kind = "container"
                elif outer and "(" in statement and not INITIALISER.search(statement):
                    kind = "function"
                else:
                    kind = "block"
                stack.append((kind, statement_line))
                statement = ""
            elif char == "}":
                if stack:
                    kind, first = stack.pop()
                    if kind == "function":
                        length = function_length(text.splitlines()[first - 1:number])
                        if length > FUNCTION_LINES_MAX:
                            found.append((first, length))
                statement = ""
            elif char == ";":
                statement = ""
            else:
                statement += char
        statement += " "
    return found


def comment_kind(path: pathlib.PurePath) -> str | None:
    if path.suffix in CPP | TABLES:
        return "cpp"
    if path.suffix in WEB:
        return "web"
    if path.suffix == ".py":
        return "python"
    if path.suffix in (".cmake", ".sh", ".toml") or path.name == "Makefile":
        return "hash"
    return None


def check_first_line(path: pathlib.PurePath, lines: list[str]) -> list[tuple[int, str]]:
    kind = comment_kind(path)
    if kind is None or not lines:
        return []
    first = next((i for i, l in enumerate(lines) if not l.startswith("#!")), 0)
    if lines[first].lstrip("\ufeff").startswith(FIRST_COMMENT[kind]):
        return []
    return [(first + 1, "the file does not open with a comment that says what it is")]


def check_lines(path: str, lines: list[str]) -> list[tuple[int, str]]:
    found = []
    columns = COLUMNS_MAX.get(pathlib.PurePath(path).suffix)
    for number, line in enumerate(lines, 1):
        if FORBIDDEN_WORD.search(line):
            found.append((number, "unfinished business: " + FORBIDDEN_WORD.search(line).group(0)))
        if columns and len(line) > columns and "http" not in line and 'R"' not in line:
            found.append((number, f"{len(line)} columns (at most {columns})"))
        if is_test(path) and FIXED_SLEEP.search(line):
            found.append((number, "a fixed sleep in a test: wait for an event"))
        for match in TEST_NAME.finditer(line):
            if not GOOD_TEST_NAME.fullmatch(match.group(2)):
                found.append((number, f"test name {match.group(2)}: PascalCase, no underscores"))
    return found


def check_text(path: str, text: str) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """(findings, wishes) of one file; `path` is relative to the project."""
    pure, lines = pathlib.PurePath(path), text.splitlines()
    found, wishes = check_first_line(pure, lines), []
    if pure.name not in ("check_style.py", "check_style_test.py"):
        found += check_lines(path, lines)
    if pure.suffix in CPP | WEB | {".py"}:
        if len(lines) > FILE_LINES_MAX:
            found.append((1, f"{len(lines)} lines (at most {FILE_LINES_MAX})"))
        elif len(lines) > FILE_LINES_WISHED:
            wishes.append((1, f"{len(lines)} lines ({FILE_LINES_WISHED} wished)"))
    if pure.suffix in CPP:
        found += [(line, f"a function of {length} lines (at most {FUNCTION_LINES_MAX})")
                  for line, length in long_functions(text)]
    return sorted(found), wishes


def files_of(root: pathlib.Path):
    for folder in ROOTS:
        for file in sorted((root / folder).rglob("*")):
            if file.is_file() and not SKIPPED & set(file.relative_to(root).parts):
                if comment_kind(file) or file.name == "CMakeLists.txt":
                    yield file


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root
    count = 0
    for file in files_of(root):
        where = file.relative_to(root).as_posix()
        found, wishes = check_text(where, file.read_text("utf-8"))
        count += len(found)
        for line, what in found:
            print(f"{where}:{line}: {what}")
        for line, what in wishes:
            print(f"{where}:{line}: warning: {what}")
    if count == 0:
        print("style: no findings")
    return 1 if count else 0


if __name__ == "__main__":
    sys.exit(main())
