"""Eight pictures as training would feed them, with their boxes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from components.ui.parts.source import part


def preview_grid(url: str, *, key: str, skeleton: Sequence[tuple[int, int]] = ()) -> None:
    """Show what a preview route draws; while it works, the old pictures stay, dimmed.

    Args:
        url: Of the question, see `preview_url`; another url is another question.
        key: The part's name on the page.
        skeleton: Pairs of keypoints between which a line is drawn.
    """
    pairs = [list(pair) for pair in skeleton]
    part("preview_grid")(key=key, data={"url": url, "skeleton": pairs})


def preview_url(
    dataset: str, recipe: Mapping[str, Any], *, image_size_px: int, seed: int = 0, throw: int = 0
) -> str:
    """The address that answers with eight pictures of the data set, varied by the recipe.

    Args:
        dataset: Slug of the data set.
        recipe: As `Recipe.to_dict` gives it.
        image_size_px: The plan's picture size.
        seed: Chooses the pictures.
        throw: Throws the dice anew.
    """
    facts = {
        "recipe": json.dumps(recipe, sort_keys=True, separators=(",", ":")),
        "size": image_size_px, "seed": seed, "throw": throw,
    }  # fmt: skip
    return f"/tailor/preview/{dataset}?{urlencode(facts)}"
