"""The half-made plan between the pages and the file that keeps it."""

from dataclasses import dataclass, replace
from typing import Any

from components.data.store import Dataset, Summary, find
from components.planning import drafts
from components.planning.drafts import Draft
from components.planning.freezing import BaseKind, Layer, backbone_depth, base_kind, known
from components.planning.machine import Machine, machine
from components.planning.presets import Situation
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
        """The base model's layers, where they are known without opening it."""
        return known(self.base)

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


def drafting(slug: str) -> Drafting:
    """The draft of a data set, read anew."""
    workspace = Workspace.current()
    dataset = find(workspace, slug)
    return Drafting(
        workspace, dataset, dataset.summary(), drafts.load(dataset.folder), machine(workspace)
    )
