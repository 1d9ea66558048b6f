#!/usr/bin/env python3
"""Checks who includes whom under src/paymeter, and that CMake's DEPENDS agree with the table."""

import argparse
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import layers  # noqa: E402

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
LIBRARY = re.compile(r"paymeter_library\(\s*(\w+)(.*?)\)", re.S)
TEST_FILE = re.compile(r"_(test|fuzz)(_\w+)?\.(cpp|hpp)$")
KEYWORDS = {"SOURCES", "TESTS", "FUZZ", "DEPENDS", "LIBRARIES", "TEST_LIBRARIES"}


def is_test(path: str) -> bool:
    return bool(TEST_FILE.search(path))


def check_room_include(room: str, target: str, testing: bool) -> str | None:
    """Why `room` must not include a header of room `target`, or None."""
    if target in (room, "base"):
        return None
    if target not in layers.MAY_INCLUDE:
        return f"no such room: {target}"
    allowed = layers.MAY_INCLUDE[room]
    if target in allowed or (testing and target in ("sim",) and room in ("service", "http")):
        return None
    return f"{room} must not include {target} (allowed: {', '.join(sorted(allowed)) or 'nobody'})"


def check_outside_include(path: str, room: str, header: str) -> str | None:
    """Why the file `path` (under src/paymeter) must not include an outside header, or None."""
    for exception_path, pattern in layers.EXCEPTIONS:
        if path == exception_path and re.fullmatch(pattern, header):
            return None
    if is_test(path) and re.fullmatch(layers.FREE_IN_TESTS, header):
        return None
    for pattern, rooms, instead in layers.OUTSIDE:
        if re.fullmatch(pattern, header):
            if room in rooms:
                return None
            return f"{room} must not include <{header}>: {instead}"
    return None


def check_source(path: str, text: str) -> list[tuple[int, str]]:
    """Findings of one file; `path` is relative to src/paymeter."""
    room = path.split("/", 1)[0]
    if room not in layers.MAY_INCLUDE:
        return [(1, f"no such room: {room} (add it to tools/layers.py)")]
    findings = []
    for number, line in enumerate(text.splitlines(), 1):
        match = INCLUDE.match(line)
        if not match:
            continue
        header = match.group(2)
        if header.startswith("paymeter/"):
            parts = header.split("/")
            what = check_room_include(room, parts[1], is_test(path)) if len(parts) > 2 else None
        elif match.group(1) == '"':
            what = f'"{header}": include project headers as "paymeter/<room>/…"'
        else:
            what = check_outside_include(path, room, header)
        if what:
            findings.append((number, what))
    return findings


def parse_depends(text: str) -> list[tuple[str, int, list[str]]]:
    """(room, line, DEPENDS) of every paymeter_library call."""
    text = re.sub(r"#[^\n]*", "", text)
    calls = []
    for match in LIBRARY.finditer(text):
        depends, keyword = [], None
        for word in match.group(2).split():
            if word in KEYWORDS:
                keyword = word
            elif keyword == "DEPENDS":
                depends.append(word)
        calls.append((match.group(1), text.count("\n", 0, match.start()) + 1, depends))
    return calls


def check_cmake(text: str) -> list[tuple[int, str]]:
    findings = []
    for room, line, depends in parse_depends(text):
        if room not in layers.MAY_INCLUDE:
            findings.append((line, f"no such room: {room}"))
            continue
        for target in depends:
            what = check_room_include(room, target, False)
            if what:
                findings.append((line, "DEPENDS: " + what))
    return findings


def check_tree(root: pathlib.Path) -> list[str]:
    source = root / "src" / "paymeter"
    reports = []
    for file in sorted(source.rglob("*")):
        where = file.relative_to(root)
        if file.suffix in (".cpp", ".hpp"):
            found = check_source(file.relative_to(source).as_posix(), file.read_text("utf-8"))
        elif file.name == "CMakeLists.txt" and file.parent != source:
            found = check_cmake(file.read_text("utf-8"))
        else:
            continue
        reports += [f"{where}:{line}: {what}" for line, what in found]
    return reports


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=pathlib.Path,
                        default=pathlib.Path(__file__).resolve().parent.parent)
    reports = check_tree(parser.parse_args().root)
    print("\n".join(reports) if reports else "layers: no findings")
    return 1 if reports else 0


if __name__ == "__main__":
    sys.exit(main())
