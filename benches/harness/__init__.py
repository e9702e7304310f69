"""The parts of compare.py: suites and programs, peers, runs, measures, targets, reports."""
