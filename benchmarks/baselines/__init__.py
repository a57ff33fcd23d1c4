"""What else one might build a reminder bot on, each used as its own documentation advises.

Each is a program: `python -m benchmarks.baselines.NAME CONFIG` sends what `benchmarks.notices` wrote and prints what
it took. Texts are prepared once before the clock starts, which Callboard does within its time.
"""
