"""Checks the compiled loops: python3 check_asm.py FILE.s of `cargo rustc --release --example bench
-- --emit asm -C symbol-mangling-version=v0`.

Prints for every block version the instructions of its vector loop and their number by class, and
fails if a vector loop is missing, calls a function, gathers, or uses a narrower register.
"""

import re
import sys

functions, current = {}, None
for line in open(sys.argv[1]):
    if match := re.match(r"(_R\w+):", line):
        current = functions.setdefault(match[1], [])
    elif current is not None and re.match(r"\s+[a-z]\w*|\.L\w+:", line) and not re.match(r"\s+\.", line):
        current.append(line.strip())

failed = False
for name, lines in sorted(functions.items()):
    match = re.search(r"run_(avx512|avx2).*Map\d\w*?_\d([A-Z][a-z]+\d*[a-z]?\d?)([df])E", name)
    if not match:
        continue
    register = {"avx512": "zmm", "avx2": "ymm"}[match[1]]
    # Loops from a label to a backward jump, the innermost ones.
    spans = []
    for end, line in enumerate(lines):
        jump = re.match(r"j\w+\s+(\.L\w+)", line)
        if jump and f"{jump[1]}:" in lines[:end]:
            spans.append((lines.index(f"{jump[1]}:"), end))
    inner = [a for a in spans if not any(b != a and a[0] <= b[0] and b[1] <= a[1] for b in spans)]
    loops = [lines[start : end + 1] for start, end in inner]
    vector = [loop for loop in loops if any(register in line for line in loop)]
    body = max(vector, key=len, default=[])
    arithmetic = [line for line in body if re.match(r"v(f\w*|add|sub|mul|div|sqrt)\w*[sp]d\b", line)]
    scalar = [line for line in arithmetic if re.match(r"v\w+sd\b", line)]
    bad = [line for line in body if re.match(r"call|vgather|vscatter", line)]
    print(f"{match[1]:7}{match[2]:6}{match[3]} loops {len(loops)} length {len(body):4}",
          f"arithmetic {len(arithmetic):4} scalar {len(scalar)} divisions",
          sum("div" in line or "sqrt" in line for line in arithmetic))
    if len(vector) != 1 or scalar or bad:
        failed = True
        print("    FAILED:", len(vector), "vector loops", scalar[:2], bad[:2])
sys.exit(failed)
