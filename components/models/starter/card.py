"""The starter's papers: its facts (`.json`) and its card (`README.md`), written beside the weights.

`python -m components.models.starter.card WEIGHTS [WORTH]` writes them anew; WORTH is a file whose
last line is what `python -m tests.benchmarks.starter` printed last.
"""

import json
import sys
from pathlib import Path
from typing import Any

from components.models.starter import contours, scenes
from components.planning.freezing import file_hash
from components.workspace import write_atomic

_CARD = """\
# Tailor's starter weights

`{name}` is YOLO26n, the smallest detector of Ultralytics' YOLO26 family, trained by this project
on scenes that a program draws. It is there so that Tailor works where nothing can be fetched.

**What it was trained on.** {scenes:,} scenes of {side} x {side} pixels, drawn by formula from seed
{seed}: outlines of {families} families (ellipses, polygons, stars, gears, blobs, rings, strokes,
bodies with limbs ...) in {fillings} kinds of filling, {classes} classes in all, scattered over
grounds of noise, stripes, cells, bricks and fractals, overlapping, lit, blurred and made noisy.
{pictures:,} training pictures were cut and turned from them, in {steps:,} steps and {minutes:.0f}
minutes on a busy two-core computer without a graphics card.

**What it is not.** It has never seen a photograph. It knows no dog, no car and no cell: it finds
shapes and their outlines. Without fine-tuning it is of no use. Nothing of it should be frozen:
what it knows of drawings has to learn from photographs first. Where Ultralytics' own weights can
be had they are the better start, and Tailor says so.

**What it is worth.** {worth}

**To make it again:** `python -m components.models.starter --minutes {minutes:.0f}`. Scenes are the
same for the same seed; the weights depend on how many steps the computer manages in the time.
{legs}
**Licence:** AGPL-3.0, as Tailor and Ultralytics' architecture. No picture and no label of anybody
else went into it. SHA-256 `{sha256}`.

**Why drawn scenes can teach seeing** (read for the idea; no code or data were taken over):

- H. Kataoka, K. Okayasu, A. Matsumoto, E. Yamagata, R. Yamada, N. Inoue, A. Nakamura, Y. Satoh:
  *Pre-training without Natural Images*. International Journal of Computer Vision, 2022;
  arXiv 2101.08515.
- H. Kataoka, R. Hayamizu, R. Yamada, K. Nakashima, S. Takashima, X. Zhang,
  E. J. Martinez-Noriega, N. Inoue, R. Yokota: *Replacing Labeled Real-Image Datasets with
  Auto-Generated Contours*. CVPR 2022; arXiv 2206.09132. It found that contours carry most.
- M. Baradad, J. Wulff, T. Wang, P. Isola, A. Torralba: *Learning to See by Looking at Noise*.
  NeurIPS 2021; arXiv 2106.05963. It found that variety matters more than likeness to nature.
"""
_NOT_MEASURED = "Not measured yet: `python -m tests.benchmarks.starter --data PATH...` does it."
_WORTH = """\
Fine-tuned with nothing frozen for a few rounds on real data sets, at most
{pictures} training pictures each, beside the same from random numbers and, in the last column,
from weights that have seen photographs (mAP50-95 on pictures not learned from):

| data set | rounds | random | starter | gain | seen photographs |
| --- | --- | --- | --- | --- | --- |
{rows}

So few rounds from random numbers teach next to nothing; a gain is counted from 0.001 where it is
less. The more rounds and pictures there are, the smaller the difference becomes.
"""


def write_papers(weights: Path, told: dict[str, Any], worth: list[dict[str, Any]]) -> None:
    """Write facts and card beside the weights.

    Args:
        weights: The finished file.
        told: What the training says of itself: `minutes`, `steps`, `pictures`, `seed`, `scenes`,
            `losses`, and `first`, the same of an earlier call it went on from.
        worth: Rows of the benchmark; empty when it was not measured.
    """
    facts = {
        "sha256": file_hash(weights), "bytes": weights.stat().st_size,
        "classes": len(scenes.CLASSES), "training": told, "worth": worth,
    }  # fmt: skip
    write_atomic(weights.with_suffix(".json"), json.dumps(facts, indent=1) + "\n")
    write_atomic(weights.with_name("README.md"), as_text(weights.name, facts))


def as_text(name: str, facts: dict[str, Any]) -> str:
    """The card."""
    told = facts["training"]
    legs = list(_legs(told))
    return _CARD.format(
        name=name, scenes=told["scenes"], side=scenes.SIDE_PX, seed=told["seed"],
        families=len(contours.FAMILIES), fillings=len(scenes.FILLINGS),
        classes=facts["classes"], pictures=sum(leg["pictures"] for leg in legs),
        steps=sum(leg["steps"] for leg in legs), minutes=sum(leg["minutes"] for leg in legs),
        worth=_worth(facts["worth"]), legs=_legs_in_words(legs), sha256=facts["sha256"],
    )  # fmt: skip


def _legs(told: dict[str, Any]) -> list[dict[str, Any]]:
    """This call and those before it, the first one first."""
    earlier = told.get("first")
    return [*(_legs(earlier) if earlier else []), told]


def _legs_in_words(legs: list[dict[str, Any]]) -> str:
    if len(legs) == 1:
        return ""
    parts = " and ".join(f"{leg['minutes']:.0f} minutes" for leg in legs)
    return f"This file was made in {len(legs)} calls, of {parts} (`--first`).\n"


def _worth(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return _NOT_MEASURED
    lines = (
        f"| {row['set']} | {row['epochs']} | {row['map_random']:.3f} | {row['map_starter']:.3f} | "
        f"{row['gain']:.1f} | {_or_dash(row.get('map_official'))} |"
        for row in rows
    )
    return _WORTH.format(rows="\n".join(lines), pictures=rows[0].get("pictures", 80)).rstrip()


def _or_dash(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def main() -> None:
    """Write the papers of weights that are there, with what was measured meanwhile."""
    weights = Path(sys.argv[1])
    facts = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
    worth = facts["worth"]
    if len(sys.argv) > 2:
        worth = json.loads(Path(sys.argv[2]).read_text(encoding="utf-8").splitlines()[-1])
    write_papers(weights, facts["training"], worth)


if __name__ == "__main__":
    main()
