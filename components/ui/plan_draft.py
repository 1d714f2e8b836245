"""The half-made plan between the pages and the file that keeps it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from components.data.store import Dataset, Summary, find
from components.models.bases import Availability, available, counterpart, in_order, task_of
from components.planning import drafts
from components.planning.drafts import Draft
from components.planning.freezing import (
    BaseKind,
    Layer,
    backbone_depth,
    base_kind,
    deepest,
    known,
    structure,
)
from components.planning.knobs import defaults
from components.planning.machine import Machine, machine
from components.planning.presets import Situation, start_values
from components.ui.home_next import DATA, NextStep, for_dataset
from components.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Drafting:
    """What the plan's widgets need to know.

    Attributes:
        workspace: Where everything lies.
        dataset: What the plan is for.
        summary: Its counts.
        draft: The plan so far.
        machine: What there is to compute with.
    """

    workspace: Workspace
    dataset: Dataset
    summary: Summary
    draft: Draft
    machine: Machine

    @property
    def base(self) -> str:
        """The base model chosen."""
        return str(self.draft.values["base"])

    @property
    def layers(self) -> list[Layer] | None:
        """The base model's layers; None for weights that are not here."""
        layers = known(self.base)
        if layers is None and available(self.workspace, self.base) is Availability.GIVEN:
            path = self.workspace.models / self.base
            return _seen(str(path), path.stat().st_mtime_ns)
        return layers

    @property
    def situation(self) -> Situation:
        """What presets and advice depend on."""
        layers = self.layers
        device = self.machine.device(str(self.draft.values["device"]))
        return Situation(
            pictures=self.summary.train, device_kind=device.kind, base_kind=self.base_kind,
            backbone_depth=backbone_depth(layers) if layers else 0, task=self.dataset.task,
        )  # fmt: skip

    @property
    def base_kind(self) -> BaseKind:
        """What the base model has seen before."""
        return base_kind(self.base)

    def key(self, name: str) -> str:
        """A widget's key: another data set has widgets of its own."""
        return f"plan.{self.dataset.slug}.{name}"

    def shows(self, name: str, value: Any, *, may_be_empty: bool = False) -> str:
        """The key of a widget that is drawn next and shows `value`; see `show_kept`."""
        key = self.key(name)
        show_kept(key, value, self.draft.revision, may_be_empty=may_be_empty)
        return key

    def keep(self, **values: Any) -> "Drafting":
        """Write what the widgets show, if it differs from what stands."""
        merged = {**self.draft.values, **values}
        if merged == self.draft.values:
            return self
        changed = replace(self.draft, values=merged, preset="")
        return replace(self, draft=drafts.save(self.dataset.folder, changed))


def show_kept(key: str, value: Any, revision: int, *, may_be_empty: bool = False) -> None:
    """Let the widget that is drawn next show what is kept, unless the person just turned it.

    The widget itself stays: a new key at each change would have the browser build it anew, which
    took 120 ms for all those of the Plan page. So it is given no value of its own.

    Args:
        key: The widget's key.
        value: What is kept.
        revision: Of the draft. When it has grown, a preset, an advice, a settings file or another
            tab changed the draft after the person's last turn here, and what is kept wins.
        may_be_empty: Whether an emptied field is an answer.
    """
    state = st.session_state
    shown = f"{key}.shown"
    now = state.get(key)
    is_turned = key in state and state.get(shown) != (revision, now)
    is_newer = state.get(shown, (revision,))[0] != revision
    if not is_turned or is_newer or (now is None and not may_be_empty):
        if key not in state or now != value:
            state[key] = value
        now = value
    state[shown] = (revision, now)


@st.cache_data(max_entries=20, show_spinner="Looking into the base model …")
def _seen(path: str, mtime_ns: int) -> list[Layer]:  # noqa: ARG001 - another file, another answer
    """The layers of the person's own weights, looked at once in the warm process."""
    workspace = Workspace.current()
    return structure(workspace, Path(path).name, path)


def drafting(slug: str) -> Drafting:
    """The draft of a data set, read anew."""
    workspace = Workspace.current()
    dataset = find(workspace, slug)
    first = in_order(workspace, dataset.task)[0].key
    draft = drafts.begin(dataset.folder, first, start_values(dataset.task))
    draft = _for_its_task(workspace, dataset, draft)
    return Drafting(workspace, dataset, dataset.summary(), draft, machine(workspace))


def _for_its_task(workspace: Workspace, dataset: Dataset, draft: Draft) -> Draft:
    """The draft for what the data set is used for now: its base model must be of that task."""
    base = str(draft.values["base"])
    before = task_of(workspace, base)
    if before in ("", dataset.task):
        return draft
    other = counterpart(workspace, base, dataset.task)
    layers = known(other)
    frozen = int(draft.values["frozen_layers"])
    changes = {"base": other, "frozen_layers": min(frozen, deepest(layers) if layers else 0)}
    sizes = {**defaults(), **start_values(dataset.task)}
    if start_values(before) != start_values(dataset.task):
        changes["image_size_px"] = sizes["image_size_px"]
    return drafts.change(dataset.folder, changes)


def first_needs(now: Drafting) -> NextStep | None:
    """What the data set needs before anything can learn from it; None when it is ready."""
    step = for_dataset(now.dataset.slug, now.dataset.name, now.summary)
    return step if step.page == DATA else None
