import pytest

from components.augment import safety
from components.augment.recipe import GENTLE, NORMAL, ExtraEffect, Recipe
from components.augment.safety import QUESTIONS, answered, open_questions
from components.errors import PlanError
from tests.augment.small_yolo import draw_small_yolo, pixels_of

RISKY = Recipe(
    {"fliplr": 0.5, "flipud": 0.5, "degrees": 90.0}, (ExtraEffect("quarter_turns", 1.0, 0.5),)
)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_questions_are_whole_sentences(question):
    assert question.question.endswith("?")
    assert all(t.endswith(".") for t in (question.help, question.if_yes, question.if_no))


def test_only_flips_and_large_turns_ask():
    assert [key for key, _ in open_questions(RISKY)] == [
        "degrees", "flipud", "fliplr", "quarter_turns",
    ]  # fmt: skip
    assert [key for key, _ in open_questions(NORMAL)] == ["fliplr"]
    assert open_questions(GENTLE) == []
    assert open_questions(Recipe({"fliplr": 0.0, "degrees": 15.0})) == []


def test_yes_takes_back_what_would_do_harm_and_no_changes_nothing():
    assert answered(RISKY, "left_right", matters=False) == RISKY
    assert answered(RISKY, "left_right", matters=True).trainer["fliplr"] == 0
    assert answered(RISKY, "up_down", matters=True).trainer["flipud"] == 0
    upright = answered(RISKY, "turn", matters=True)
    assert upright.trainer["degrees"] == safety.SMALL_TURN_DEGREES
    assert upright.extra == ()
    careful = RISKY
    for key in QUESTIONS:
        careful = answered(careful, key, matters=True)
    assert open_questions(careful) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("effect", "count"), [("fliplr", 1), ("flipud", 1), ("degrees", 3), ("quarter_turns", 3)]
)
def test_an_example_shows_the_own_picture_before_and_after(workspace, tmp_path, effect, count):
    data_yaml = draw_small_yolo(tmp_path / "small")
    shown = safety.example(str(data_yaml), effect, 1, str(tmp_path / "out"), image_size_px=96)
    assert len(shown["after"]) == count
    pictures = [shown["before"], *shown["after"]]
    assert len({(tmp_path / "out" / p["file"]).read_bytes() for p in pictures}) == count + 1
    assert all(pixels_of(tmp_path / "out" / p["file"]).shape == (96, 96, 3) for p in pictures)
    _, left, _, right, _ = shown["before"]["boxes"][0]
    if effect == "fliplr":
        assert shown["after"][0]["boxes"][0][1::2] == pytest.approx(
            [96 - right, 96 - left], abs=0.1
        )


def test_effects_that_ask_nothing_have_no_example(tmp_path):
    with pytest.raises(PlanError, match="mosaic"):
        safety.example("data.yaml", "mosaic", 0, str(tmp_path))
