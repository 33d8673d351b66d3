"""script/bench: make the world, measure the paths, print the table, write docs/performance.md.

script/bench                          every path on a million incidents
script/bench figures known_at         some of them; docs/performance.md stays as it is
script/bench --rows 100000            on fewer
script/bench --write                  write docs/performance.md even where not everything was measured
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

import django

PAGE = Path(__file__).resolve().parents[1] / "docs" / "performance.md"
FULL = 1_000_000
PATHS = ("figures", "known_at", "loading", "memory", "duplicates")


def main() -> int:
    """Exit 0 when every goal measured was reached, 1 when one was not, 2 when nothing could be measured."""
    options = _options()
    django.setup()
    from bench import report, world
    from bench.paths import Line, duplicates, figures, known_at, loading

    paths: dict[str, Callable[[int], list[Line]]] = {
        "figures": figures.measure,
        "known_at": known_at.measure,
        "loading": loading.measure,
        "memory": lambda _: loading.measure_memory((options.rows // 10, options.rows * 3 // 10)),
        "duplicates": duplicates.measure,
    }
    try:
        made = world.ensure(options.rows, anew=options.anew)
    except world.NotOurs as error:
        print(error, file=sys.stderr)
        return 2
    print(f"the world was made in {made:.0f} s" if made else "the world stands from an earlier run", file=sys.stderr)
    lines: list[Line] = []
    for name in options.paths or PATHS:
        print(f"measuring {name}", file=sys.stderr)
        lines += paths[name](options.rounds)
    print(report.table(lines))
    if options.write or (not options.paths and options.rows == FULL):
        report.write(PAGE, lines, options.rows)
    return int(any(line.is_ok is False for line in lines))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="script/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("paths", nargs="*", metavar="path", help=f"one or more of: {', '.join(PATHS)}")
    parser.add_argument("--rows", type=int, default=FULL, help="how many incidents (default: a million)")
    parser.add_argument("--rounds", type=int, default=5, help="how often each call is timed (default: 5)")
    parser.add_argument("--anew", action="store_true", help="make the world again though nothing changed")
    parser.add_argument("--write", action="store_true", help="write docs/performance.md")
    options = parser.parse_args()
    unknown = set(options.paths) - set(PATHS)
    if unknown:
        parser.error(f"no such path: {', '.join(sorted(unknown))}")
    return options


if __name__ == "__main__":
    sys.exit(main())
