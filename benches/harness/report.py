"""Prints results as aligned text."""

import os
import platform

from .runs import Row
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


def contest_tables(title: str, rows: list[Row]) -> str:
    """Best times and our time over theirs, then the same of whole processes."""
    peers = list(dict.fromkeys(row.peer for row in rows))
    ours = next((peer for peer in peers if peer.startswith("quern")), None)
    others = [peer for peer in peers if peer != ours]
    by_run: dict[tuple[str, int], dict[str, Row]] = {}
    for row in rows:
        by_run.setdefault((row.program, row.size), {})[row.peer] = row

    parts = []
    for what, field in (("computation", "seconds"), ("whole process", "process_seconds")):
        header = ["program", "size", *(f"{peer} ms" for peer in peers)]
        if ours:
            header += [f"/{peer}" for peer in others]
        ratios: dict[str, list[float]] = {peer: [] for peer in others}
        lines = []
        for (program, size), found in by_run.items():
            line = [program, str(size)]
            line += [f"{getattr(found[peer], field) * 1e3:.1f}" if peer in found else "" for peer in peers]
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
        parts.append(f"{title}: {what}\n{table(header, lines)}")
    return "\n\n".join(parts)


def check_table(checks: list[Check]) -> str:
    lines = [
        [check.measure, f"{check.value:.3g} {check.unit}", f"{check.limit:g} {check.unit}", "pass" if check.passed else "FAIL"]
        for check in checks
    ]
    return table(["must reach", "measured", "at most", ""], lines)
