#!/usr/bin/env python3
"""Measures Quern against its peers, all of them interleaved in one run.

    benches/compare.py --suite scalar [--only fib] [--quick] [--json out.json]

Run `benches/setup.sh` first. Every answer is compared with the peers' answers;
the exit status is 1 when one differs or a program fails, and 0 otherwise, also
when a must-reach line is missed: the table says so.
"""

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from harness import report
from harness.peers import PEERS, build_quern, quern_binary
from harness.runs import Row, run_contest
from harness.suites import SUITES
from harness.targets import TARGETS


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", choices=sorted(SUITES), default="scalar")
    parser.add_argument("--only", metavar="PROGRAM", action="append", default=[], help="run this program; may be repeated")
    parser.add_argument("--peers", metavar="NAMES", default="", help="run only these peers, separated by commas")
    parser.add_argument("--rounds", metavar="N", type=int, help="run all peers so often instead of as often as the suite does")
    parser.add_argument("--quick", action="store_const", const=1, dest="rounds", help="one round")
    parser.add_argument("--largest", metavar="SIZE", type=int, help="leave out greater sizes")
    parser.add_argument("--json", metavar="FILE", help="write the results here too")
    parser.add_argument("--no-build", action="store_true", help="measure the binary that is there")
    args = parser.parse_args()
    args.peers = [name for name in args.peers.split(",") if name]
    for unknown in set(args.only) - set(SUITES[args.suite].programs()):
        parser.error(f"no program `{unknown}` in suite {args.suite}: {', '.join(SUITES[args.suite].programs())}")
    for unknown in set(args.peers) - set(PEERS):
        parser.error(f"no peer `{unknown}`: {', '.join(PEERS)}")
    if args.rounds is not None and args.rounds < 1:
        parser.error("--rounds needs at least 1")
    return args


def main() -> int:
    args = arguments()
    suite = SUITES[args.suite]
    repeats = args.rounds or suite.repeats
    if not args.no_build:
        build_quern()

    wanted = {name for contest in suite.contests for name in contest.peers} & set(args.peers or PEERS)
    missing = sorted(name for name in wanted if not PEERS[name].needs())
    if missing:
        print(f"not installed, left out: {', '.join(missing)} (see benches/setup.sh)", file=sys.stderr)

    machine = report.machine()
    print(f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB, {machine['system']}")
    print(f"suite {suite.name}, best of {repeats}; ratios are our time over theirs, below 1 we are faster\n", flush=True)

    all_rows: list[Row] = []
    problems: list[str] = []
    for contest in suite.contests:
        rows, new_problems = run_contest(suite, contest, args.only, args.peers, args.largest, repeats)
        all_rows += rows
        problems += new_problems
        if rows:
            print(report.contest_tables(contest, rows) + "\n", flush=True)

    from_rows, by_themselves = TARGETS[suite.name]
    checks = from_rows(all_rows)
    if not args.only and args.largest is None and quern_binary().exists() and (not args.peers or "quern" in args.peers):
        more_checks, more_problems = by_themselves(repeats)
        checks += more_checks
        problems += more_problems
    if checks:
        print(report.check_table(checks))
        print(f"{sum(check.passed for check in checks)} of {len(checks)} reached")

    for problem in problems:
        print(f"problem: {problem}", file=sys.stderr)
    if args.json:
        result = {
            "machine": machine,
            "rows": [row.to_json() for row in all_rows],
            "checks": [check.to_json() for check in checks],
        }
        Path(args.json).write_text(json.dumps(result, indent=1) + "\n")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
