#!/usr/bin/env python3
"""Explores the model of the sale's protocol with spin: both variants without error, every mistake caught."""
import os
import re
import subprocess
import sys
import tempfile

MODEL = os.path.join(os.path.dirname(os.path.abspath(__file__)), "vend.pml")
SOUND = {"default": [], "production": ["BURN", "REORDER", "M_STALESEND"]}
MISTAKES = {name: [name] for name in
            "M_NEWN M_BLINDREFUND M_SENDFIRST M_NOLOCK M_NOAMOUNT M_STALESEND M_DUMBMETER M_NOTIFYTWICE "
            "M_FORGED M_NOEPOCH M_NOQUIESCE M_LATEDROP M_STALEREPLY M_NOTAG".split()}
MISTAKES["M_UNBOUND"] = ["M_UNBOUND", "BURN", "REORDER"]


def explore(defines):
    """Errors and states of a full exploration."""
    with tempfile.TemporaryDirectory() as directory:
        run = lambda *args: subprocess.run(args, cwd=directory, check=True, capture_output=True, text=True).stdout
        # spin asks for gcc's preprocessor unless told otherwise; a fresh machine has clang only.
        run("spin", "-Pclang-19 -E -x c", *[f"-D{name}" for name in defines], "-a", MODEL)
        run("clang-19", "-O2", "-w", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=6000", "-o", "pan", "pan.c")
        out = run("./pan", "-m1000000", "-w24")
        assert "max search depth too small" not in out and "out of memory" not in out, out
        return int(re.search(r"errors: (\d+)", out)[1]), int(float(re.search(r"([\d.e+]+) states, stored", out)[1]))


def main():
    passed = failed = 0
    for name, defines in {**SOUND, **MISTAKES}.items():
        errors, states = explore(defines)
        good = (errors == 0) == (name in SOUND)
        passed, failed = passed + good, failed + (not good)
        kind = "sound" if name in SOUND else "mistake"
        print(f"{'ok  ' if good else 'FAIL'} {name}: {kind}, {errors} errors, {states} states", flush=True)
    print(f"{passed} passed, {failed} failed")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
