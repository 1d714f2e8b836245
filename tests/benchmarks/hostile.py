"""What hostile and broken inputs do to the intake.

`python -m tests.benchmarks.hostile [--only TEXT] [--sample N] [--slow N]`. The last line is JSON:
`tried`, and how many of them `crashed`, `escaped` (wrote outside of the workspace), `hung` (time or
memory without bounds) or were `silent` (nobody was told, or the good picture beside it was lost).
"""

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.hostile.cases import CASES
from tests.hostile.trial import try_all

BAD = ("crashed", "escaped", "hung", "silent")


def main() -> int:
    """Try them all and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", default="", help="only cases with this text in their name")
    parser.add_argument("--sample", type=int, default=0, help="only so many, drawn by a seed")
    parser.add_argument("--slow", type=int, default=3, help="how many of the slowest to name")
    options = parser.parse_args()
    chosen = [case for case in CASES if options.only in case.name]
    if options.sample:
        chosen = random.Random(0).sample(chosen, min(options.sample, len(chosen)))
    began, verdicts = time.monotonic(), []
    with tempfile.TemporaryDirectory() as room:
        for verdict in try_all(chosen, Path(room)):
            verdicts.append(verdict)
            if verdict.kind != "fine":
                print(f"{verdict.kind}: {verdict.case}: {verdict.about}", flush=True)
    for verdict in sorted(verdicts, key=lambda each: -each.seconds)[: options.slow]:
        print(f"{verdict.seconds:.1f} s: {verdict.case}")
    kinds = Counter(verdict.kind for verdict in verdicts)
    result = {"tried": len(verdicts), **{kind: kinds[kind] for kind in BAD}}
    print(json.dumps({**result, "seconds": round(time.monotonic() - began, 1)}))
    return 1 if any(result[kind] for kind in BAD) else 0


if __name__ == "__main__":
    sys.exit(main())
