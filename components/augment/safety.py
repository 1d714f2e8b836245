"""Questions to be asked before pictures are flipped or turned, and what an answer changes.

A flip that turns a "b" into a "d" teaches the model something false, and no number shows it
afterwards. Only the person knows, so each such effect asks, with the person's own picture.
"""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from components.augment.catalogue import EFFECTS, trainer_off
from components.augment.effect import Question
from components.augment.recipe import ExtraEffect, Recipe
from components.errors import PlanError

# Our choice by eye: up to here a turned picture looks like a camera held a little askew.
SMALL_TURN_DEGREES = 20.0
_EXAMPLES_OF_A_TURN = 3
_THROWS = 24  # enough to find three turns even where some throws leave the picture as it is


@dataclass(frozen=True, slots=True)
class SafetyQuestion:
    """What to ask before an effect is used.

    Attributes:
        key: What the rows of the catalogue name in `asks`.
        question: To be answered with yes or no.
        help: Examples for both answers.
        if_yes: What happens to the recipe when it matters.
        if_no: What happens when it does not.
    """

    key: Question
    question: str
    help: str
    if_yes: str
    if_no: str


QUESTIONS: dict[str, SafetyQuestion] = {
    question.key: question
    for question in (
        SafetyQuestion(
            "left_right",
            "Does left or right mean something in your pictures?",
            "Yes for writing, numbers, road signs, left and right hands, or organs in a scan. "
            "No for most animals, fruit, goods and cells.",
            "Pictures are never mirrored.",
            "Pictures may be mirrored, which gives the model twice as much to learn from.",
        ),
        SafetyQuestion(
            "up_down",
            "Does up or down mean something in your pictures?",
            "Yes for anything that stands on the ground: people, cars, plants, shelves. "
            "No for pictures straight from above or under a microscope.",
            "Pictures are never turned upside down.",
            "Pictures may be turned upside down.",
        ),
        SafetyQuestion(
            "turn",
            "Would a turned picture be strange or mean something else?",
            "Yes where things stand upright, and where 6 and 9 or arrows are told apart. "
            "No for pictures straight from above or under a microscope.",
            f"Pictures are turned by at most {SMALL_TURN_DEGREES:g} degrees.",
            "Pictures may be turned all the way round.",
        ),
    )
}


def open_questions(recipe: Recipe) -> list[tuple[str, SafetyQuestion]]:
    """The effects of a recipe that need an answer, with the question each."""
    keys = [key for key, value in recipe.trainer.items() if value > harmless(key)]
    keys += [extra.key for extra in recipe.extra if extra.acts]
    asking = ((key, EFFECTS[key].asks) for key in keys)
    return [(key, QUESTIONS[asks]) for key, asks in asking if asks is not None]


def answered(recipe: Recipe, question: str, matters: bool) -> Recipe:
    """The recipe after an answer.

    Args:
        recipe: As it is.
        question: A key of `QUESTIONS`.
        matters: The answer; True takes back what would do harm, False changes nothing.
    """
    if not matters:
        return recipe
    trainer = {
        key: min(value, harmless(key)) if EFFECTS[key].asks == question else value
        for key, value in recipe.trainer.items()
    }
    extra = tuple(e for e in recipe.extra if EFFECTS[e.key].asks != question)
    return replace(recipe, trainer=trainer, extra=extra)


def example(
    data_yaml: str, effect: str, index: int, out_folder: str, *, image_size_px: int = 320,
    task: str = "detect",
) -> dict[str, Any]:  # fmt: skip
    """One of the person's pictures before and after an effect, alone and in full. Warm process.

    Args:
        data_yaml: Of a materialised version.
        effect: An effect that asks a question.
        index: Training picture, in the order of the paths.
        out_folder: Where the JPEGs go; made if it is not there.
        image_size_px: Side of the pictures.
        task: What is trained.

    Returns:
        `{"before": picture, "after": [picture, ...], "name", "classes"}`; a picture is
        `{"file", "width", "height", "boxes"}` as in `preview.draw`. A flip has one `after`, a
        turn up to three.

    Raises:
        PlanError: The effect asks no question.
    """
    from components.augment import preview

    whole = _alone(effect)
    plain = preview.prepared(data_yaml, Recipe(trainer_off()), image_size_px, 0, task)
    index %= len(plain)
    before = preview.as_trained(plain, 0, index)
    changed = preview.prepared(data_yaml, whole, image_size_px, 0, task)
    wanted = _EXAMPLES_OF_A_TURN if EFFECTS[effect].asks == "turn" else 1
    folder = Path(out_folder)
    folder.mkdir(parents=True, exist_ok=True)
    return {
        "before": preview.write_picture(folder / f"{effect}-{index}-before.jpg", *before),
        "after": [
            preview.write_picture(folder / f"{effect}-{index}-after{i}.jpg", *after)
            for i, after in enumerate(_different(changed, index, before[0], wanted))
        ],
        "name": Path(changed.im_files[index]).name,
        "classes": [str(name) for name in changed.data["names"].values()],
    }


def harmless(key: str) -> float:
    """The largest value of a trainer effect that asks nothing."""
    return SMALL_TURN_DEGREES if key == "degrees" else EFFECTS[key].off


def _alone(key: str) -> Recipe:
    effect = EFFECTS.get(key)
    if effect is None or effect.asks is None:
        raise PlanError(
            f"There is no question about the effect '{key}'.",
            "Choose a flip or a turn on the Augment page.",
        )
    if effect.family == "trainer":
        return Recipe(trainer_off() | {key: effect.high})
    return Recipe(trainer_off(), (ExtraEffect(key, effect.high, 1.0),))


def _different(dataset: Any, index: int, plain: Any, wanted: int) -> list[Any]:
    """Throws in which the picture really looks different, each only once."""
    from components.augment import preview

    seen = {plain.tobytes()}
    found: list[Any] = []
    for throw in range(_THROWS):
        item = preview.as_trained(dataset, throw, index)
        if len(found) < wanted and item[0].tobytes() not in seen:
            seen.add(item[0].tobytes())
            found.append(item)
    return found
