"""The half-made plan between the pages and the file that keeps it."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import streamlit as st

from components.data.store import Dataset, Summary, find
from components.models.bases import Availability, available
from components.planning import drafts
from components.planning.drafts import Draft
from components.planning.freezing import (
    BaseKind,
    Layer,
    backbone_depth,
    base_kind,
    known,
    structure,
)
from components.planning.machine import Machine, machine
from components.planning.presets import Situation
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
            backbone_depth=backbone_depth(layers) if layers else 0,
        )  # fmt: skip

    @property
    def base_kind(self) -> BaseKind:
        """What the base model has seen before."""
        return base_kind(self.base)

    def key(self, name: str) -> str:
        """A widget's key: another data set or revision has widgets of its own."""
        return f"plan.{self.dataset.slug}.{self.draft.revision}.{name}"

    def keep(self, **values: Any) -> "Drafting":
        """Write what the widgets show, if it differs from what stands."""
        merged = {**self.draft.values, **values}
        if merged == self.draft.values:
            return self
        changed = replace(self.draft, values=merged, preset="")
        return replace(self, draft=drafts.save(self.dataset.folder, changed))


@st.cache_data(max_entries=20, show_spinner="Looking into the base model …")
def _seen(path: str, mtime_ns: int) -> list[Layer]:  # noqa: ARG001 - another file, another answer
    """The layers of the person's own weights, looked at once in the warm process."""
    workspace = Workspace.current()
    return structure(workspace, Path(path).name, path)


def drafting(slug: str) -> Drafting:
    """The draft of a data set, read anew."""
    workspace = Workspace.current()
    dataset = find(workspace, slug)
    return Drafting(
        workspace, dataset, dataset.summary(), drafts.load(dataset.folder), machine(workspace)
    )


def first_needs(now: Drafting) -> NextStep | None:
    """What the data set needs before anything can learn from it; None when it is ready."""
    step = for_dataset(now.dataset.slug, now.dataset.name, now.summary)
    return step if step.page == DATA else None
