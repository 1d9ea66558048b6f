#!/usr/bin/python3
"""Prices random cases and the examples by two programs and compares them to the fen.

    compare.py --program rate_batch [--cases N] [--seed S] [--examples FOLDER] [--only NUMBER]
"""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import cases  # noqa: E402
import reference  # noqa: E402


def first_difference(ours, theirs, place="result"):
    if type(ours) is not type(theirs):
        return f"{place}: {ours!r} instead of {theirs!r}"
    if isinstance(ours, dict):
        if set(ours) != set(theirs):
            return f"{place}: keys {sorted(ours)} instead of {sorted(theirs)}"
        pairs = [(f"{place}.{key}", ours[key], theirs[key]) for key in ours]
    elif isinstance(ours, list):
        if len(ours) != len(theirs):
            return f"{place}: {len(ours)} elements instead of {len(theirs)}"
        pairs = [(f"{place}[{i}]", a, b) for i, (a, b) in enumerate(zip(ours, theirs))]
    else:
        return None if ours == theirs else f"{place}: {ours!r} instead of {theirs!r}"
    return next((d for p, a, b in pairs if (d := first_difference(a, b, p))), None)


def judge(ours, theirs):
    """Why two results differ, or None. Two refusals agree whatever their words."""
    if ("error" in ours) != ("error" in theirs):
        return f"{ours.get('error', 'priced')} instead of {theirs.get('error', 'priced')}"
    if "error" in ours:
        return None
    return first_difference(ours, theirs)


def write_case(folder, case):
    folder.mkdir()
    (folder / "tariff.json").write_text(case.tariff_text(), "utf-8")
    (folder / "readings.csv").write_text(case.readings_text(), "utf-8")


def compare_folder(folder, kinds):
    failures, count = 0, collections.Counter()
    for case in sorted(p for p in folder.iterdir() if p.is_dir()):
        ours = json.loads((case / "result.json").read_text("utf-8"))
        theirs = reference.price_texts((case / "tariff.json").read_text("utf-8"),
                                       (case / "readings.csv").read_text("utf-8"))
        difference = judge(ours, theirs)
        count[(kinds.get(case.name, "example"), "error" in theirs)] += 1
        if difference:
            failures += 1
            print(f"DIFFERENT {case.name} ({kinds.get(case.name)}): {difference}")
    for (kind, refused), number in sorted(count.items()):
        print(f"  {kind}{' (refused by both)' if refused else ''}: {number}")
    return failures, sum(count.values())


def compare_random(options):
    numbers = [options.only] if options.only is not None else range(options.cases)
    print(f"seed {options.seed}, {len(numbers)} cases; replay one with --seed {options.seed} --only N")
    kept = options.keep and pathlib.Path(options.keep)
    with tempfile.TemporaryDirectory() as temporary:
        folder, kinds = kept or pathlib.Path(temporary), {}
        folder.mkdir(exist_ok=True)
        for number in numbers:
            case = cases.Case(options.seed, number)
            kinds[f"{number:06}"] = case.kind
            write_case(folder / f"{number:06}", case)
        subprocess.run([options.program, str(folder)], check=True)
        return compare_folder(folder, kinds)


def compare_examples(options):
    """The results that stand beside the examples are those of the independent program, too."""
    failures, count = 0, 0
    for folder in sorted(p.parent for p in pathlib.Path(options.examples).glob("*/tariff.json")):
        arguments = ["--tariff", folder / "tariff.json", "--readings", folder / "readings.csv"]
        ours = subprocess.run([options.program, *arguments, "--output", "json"],
                              check=True, capture_output=True, text=True).stdout
        theirs = subprocess.run([sys.executable, reference.__file__, *arguments],
                                check=True, capture_output=True, text=True).stdout
        stored = (folder / "result.json").read_text("utf-8")
        difference = (judge(json.loads(ours), json.loads(theirs))
                      or judge(json.loads(stored), json.loads(theirs)))
        count += 1
        if difference:
            failures += 1
            print(f"DIFFERENT {folder.name}: {difference}")
    return failures, count


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", required=True)
    parser.add_argument("--cases", type=int, default=420)
    parser.add_argument("--seed", type=int, default=20261122)
    parser.add_argument("--only", type=int)
    parser.add_argument("--keep", help="folder to leave the cases in")
    parser.add_argument("--examples")
    options = parser.parse_args()
    failures, count = compare_random(options)
    if options.examples:
        more_failures, examples = compare_examples(options)
        failures, count = failures + more_failures, count + examples
        print(f"  examples: {examples}")
    print(f"{count} cases compared, {failures} differ")
    return 1 if failures or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
