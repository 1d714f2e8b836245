"""The two cards of the Plan page: what each way needs, and what goes over."""

import json

import pytest

from components.planning import drafts
from components.planning.freezing import as_rows, file_hash, known
from components.planning.transfer import Transfer
from components.ui.start_cards import transfer_words

from .conftest import open_page
from .test_plan import PLAN, knob, said


def opened():
    at = open_page(PLAN)
    at.session_state["ways"] = True
    return at.run()


def test_weights_that_are_not_here_are_said_so(mugs):
    at = opened()
    assert not at.exception
    assert "What goes over:** not known" in said(at)
    assert "every number starts by chance" in said(at)


def test_the_cards_tell_the_time_of_this_plan_and_its_source(mugs):
    drafts.change(mugs.folder, {"epochs": 10})
    told = said(opened())
    assert "for 10 rounds (judged by" in told
    assert "for 30 rounds (judged by" in told
    assert "Rethinking ImageNet" in told


def test_the_cards_and_the_tick_move_with_the_knobs_below_them(mugs):
    drafts.change(mugs.folder, {"epochs": 10}, preset="quick")
    at = opened()
    ticks = [each.proto.icon for each in at.button if str(each.key).startswith("preset.")]
    assert sum(":material/check:" in icon for icon in ticks) == 1
    knob(at, "Rounds over").set_value(20).run()
    assert "for 20 rounds (judged by" in said(at)
    ticks = [each.proto.icon for each in at.button if str(each.key).startswith("preset.")]
    assert not any(ticks)


def test_what_goes_over_is_told_by_name(mugs, monkeypatch, tmp_path):
    file = tmp_path / "own.pt"
    file.write_bytes(b"x")
    monkeypatch.setattr("components.models.weights.resolve", lambda *_: file)
    monkeypatch.setattr("components.ui.start_cards.resolve", lambda *_: file)
    found = Transfer(606, 708, ("mug",), ("<b>spoon</b>", "*fork*"))
    monkeypatch.setattr("components.ui.start_cards.transfer", lambda *_: found)
    told = said(opened())
    assert "606 of 708 tensors; the class mug keeps what it knows" in told
    assert "start fresh" in told
    assert "<b>" not in told.replace("\\<b", "")


def test_own_weights_are_set_beside_their_architecture_learning_from_nothing(mugs, workspace):
    for family, name in (("yolo26n", "mine"), ("odd", "other")):
        file = workspace.models / f"{name}.pt"
        file.write_bytes(name.encode())
        note = {"sha256": file_hash(file), "task": "detect", "family": family}
        file.with_suffix(".json").write_text(json.dumps(note), encoding="utf-8")
        looked_into = workspace.cache / "networks" / f"{note['sha256'][:32]}.json"
        looked_into.parent.mkdir(exist_ok=True)
        layers = as_rows(known("yolo26n.pt"))
        looked_into.write_text(json.dumps({"layers": layers}), encoding="utf-8")
    drafts.change(mugs.folder, {"base": "mine.pt"})
    assert "every number starts by chance" in said(opened())
    drafts.change(mugs.folder, {"base": "other.pt"})
    told = said(opened())
    assert "every number starts by chance" not in told
    assert "is not in the list" in told


@pytest.mark.parametrize(
    ("keeps", "fresh", "words"),
    [
        (("car", "person"), ("weevil",),
         "606 of 708 tensors; the classes car and person keep what they know; weevil starts fresh"),
        ((), ("a", "b"), "606 of 708 tensors; a and b start fresh"),
        (("a",), (), "606 of 708 tensors; the class a keeps what it knows"),
    ],
)  # fmt: skip
def test_the_sentence_counts_right(keeps, fresh, words):
    assert transfer_words(Transfer(606, 708, keeps, fresh)) == words
