"""Prints results as aligned text."""

import os
import platform

from .peers import PEERS
from .runs import Row
from .suites import Contest
from .targets import Check, geometric_mean


def machine() -> dict:
    model, memory_kb = "unknown", 0
    try:
        with open("/proc/cpuinfo") as cpuinfo:
            model = next((line.split(":", 1)[1].strip() for line in cpuinfo if line.startswith("model name")), model)
        with open("/proc/meminfo") as meminfo:
            memory_kb = int(next(line.split()[1] for line in meminfo if line.startswith("MemTotal")))
    except OSError:
        model = platform.processor() or model
    return {
        "cpu": model,
        "cores": os.cpu_count(),
        "memory_gb": round(memory_kb / 2**20, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
    }


def table(header: list[str], lines: list[list[str]]) -> str:
    widths = [max(len(line[i]) for line in [header, *lines]) for i in range(len(header))]

    def row(cells: list[str]) -> str:
        return "  ".join(
            cell.ljust(width) if i == 0 else cell.rjust(width) for i, (cell, width) in enumerate(zip(cells, widths))
        ).rstrip()

    return "\n".join([row(header), "  ".join("-" * width for width in widths), *map(row, lines)])


def milliseconds(seconds: float) -> str:
    value = seconds * 1e3
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}" if value >= 1 else f"{value:.4f}"


def contest_tables(contest: Contest, rows: list[Row]) -> str:
    """Best times and our time over theirs, then the same of whole processes where a process ran one size."""
    if contest.table_per_size:
        by_size: dict[int, list[Row]] = {}
        for row in rows:
            by_size.setdefault(row.size, []).append(row)
        parts = [contest_table(f"{contest.title}, {size:,} elements", found, "seconds") for size, found in by_size.items()]
    else:
        parts = [contest_table(f"{contest.title}: computation", rows, "seconds")]
        if all(row.process_seconds is not None for row in rows):
            parts.append(contest_table(f"{contest.title}: whole process", rows, "process_seconds"))
    return "\n\n".join(parts)


def contest_table(title: str, rows: list[Row], field: str) -> str:
    ran = {row.peer for row in rows}
    peers = [peer for peer in PEERS if peer in ran]
    ours = next((peer for peer in peers if peer.startswith("quern")), None)
    others = [peer for peer in peers if peer != ours]
    by_run: dict[tuple[str, int], dict[str, Row]] = {}
    for row in rows:
        by_run.setdefault((row.program, row.size), {})[row.peer] = row

    header = ["program", "size", *(f"{peer} ms" for peer in peers)]
    if ours:
        header += [f"/{peer}" for peer in others]
    ratios: dict[str, list[float]] = {peer: [] for peer in others}
    lines = []
    for (program, size), found in by_run.items():
        line = [program, str(size)]
        line += [milliseconds(getattr(found[peer], field)) if peer in found else "" for peer in peers]
        for peer in others if ours else []:
            if ours in found and peer in found:
                ratio = getattr(found[ours], field) / getattr(found[peer], field)
                ratios[peer].append(ratio)
                line.append(f"{ratio:.2f}")
            else:
                line.append("")
        lines.append(line)
    if ours and any(ratios.values()):
        means = [f"{geometric_mean(ratios[peer]):.2f}" if ratios[peer] else "" for peer in others]
        lines.append(["geometric mean", "", *("" for _ in peers), *means])
    return f"{title}\n{table(header, lines)}"


def check_table(checks: list[Check]) -> str:
    lines = [
        [check.measure, f"{check.value:.3g} {check.unit}", f"{check.limit:.3g} {check.unit}", "pass" if check.passed else "FAIL"]
        for check in checks
    ]
    return table(["must reach", "measured", "at most", ""], lines)
