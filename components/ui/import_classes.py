"""The classes of a reading: give them other names, merge them, or leave some out."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import streamlit as st

from components.data.alike_names import same_class
from components.data.report import ClassCount
from components.ui.words import count, listed, plain, shorten

PER_PAGE = 20  # each row is two widgets
NAME_LENGTH = 100
_MERGES_TOLD = 8
OWN, OUT, AS = "own", "out", "as "  # what can be said of a class; behind AS stands the other one


def class_editor(
    classes: Sequence[ClassCount], *, key: str, there: Sequence[str] | None = None
) -> dict[str, str | None]:
    """A row for each class: what it counts as, its name, and how often it occurs.

    Args:
        classes: As the report has them.
        key: Prefix of the widgets' keys; another one for every data set that they may join.
        there: Classes of the data set that these are added to; None for a data set of its own.

    Returns:
        Old name to new name; None for a class that is left out. Equal new names mean merging.
    """
    if not classes:
        return {}
    at = _Choices([each.name for each in classes], there, key)
    st.markdown("**Classes: the kinds of things that are marked**")
    st.caption(at.told)
    _rows(at, classes, [place for place in at.order if place not in at.clear], f"{key}.page")
    if at.clear:
        words = count(len(at.clear), "class has the name of one", "classes have the name of one")
        with st.expander(f"{words} that is there", icon=":material/check:"):
            _rows(at, classes, sorted(at.clear), f"{key}.clear.page")
    chosen = {name: at.outcome(place) for place, name in enumerate(at.names)}
    by_list = {name for place, name in enumerate(at.names) if at.said(place).startswith(AS)}
    _say_what_changes(chosen, set(there or ()), by_list if there is not None else set())
    return chosen


@dataclass(frozen=True)
class _Choices:
    """What can be said of each class, and what was.

    Attributes:
        names: The classes, in the order of the report.
        there: Classes of the data set that these are added to; None when there is none.
        key: Prefix of the widgets' keys.
    """

    names: Sequence[str]
    there: Sequence[str] | None
    key: str

    @cached_property
    def meant(self) -> Mapping[str, str]:
        """The class there that each seems to mean, by its name."""
        return same_class(self.names, self.there or ())

    @cached_property
    def place_of(self) -> Mapping[str, int]:
        """Where each class stands among the others."""
        return {name: place for place, name in enumerate(self.names)}

    @property
    def order(self) -> list[int]:
        """Guesses first, for they want to be looked at."""
        return sorted(range(len(self.names)), key=lambda place: self.names[place] not in self.meant)

    @cached_property
    def clear(self) -> set[int]:
        """Classes that have the very name of one that is there."""
        return {place for place, name in enumerate(self.names) if self.meant.get(name) == name}

    @property
    def told(self) -> str:
        """What the rows are for, and what was found out already."""
        if self.there is None:
            more = ", count two that mean the same as one," if len(self.names) > 1 else ""
            return f"Correct a name here{more} or leave a class out."
        said = [
            (len(self.meant) - len(self.clear),
             "has nearly the name of a class that is there, so it is counted as that",
             "have nearly the name of a class that is there, so they are counted as that"),
            (len(self.names) - len(self.meant), "is new to the data set",
             "are new to the data set"),
        ]  # fmt: skip
        parts = [f"{number:,} {one if number == 1 else many}" for number, one, many in said
                 if number]  # fmt: skip
        if not parts:
            return "Each class that comes has the name of one in the data set."
        return f"Say which class of the data set each one is: {'; '.join(parts)}."

    def options(self, place: int) -> list[str]:
        """What can be said of a class."""
        others = self.there
        if others is None:
            others = [name for name in self.names if name != self.names[place]]
        return [OWN, *(AS + name for name in others), OUT]

    def words(self, option: str) -> str:
        """An option as it is read."""
        if option == OWN:
            return "A class of its own" if self.there is None else "A new class, called"
        if option == OUT:
            return "Leave it out"
        name = shorten(option.removeprefix(AS), 60)
        return f"Count it as {name}" if self.there is None else name

    def said(self, place: int) -> str:
        """What a row says; one of another page, which was not drawn, says what it said last."""
        meant = self.meant.get(self.names[place])
        said = str(st.session_state.get(f"{self.key}.as.{place}") or "")
        known = self.place_of if self.there is None else self.there
        if said in (OWN, OUT) or (said and said.removeprefix(AS) in known):
            return said
        return OWN if meant is None else AS + meant

    def outcome(self, place: int) -> str | None:
        """The name that a class gets; None when it is left out."""
        said = self.said(place)
        if said == OUT:
            return None
        if said == OWN:
            return self.own_name(place)
        if self.there is not None:
            return said.removeprefix(AS)
        return self._followed(place)

    def own_name(self, place: int) -> str:
        """What is written as the name of a class."""
        name = self.names[place]
        written = st.session_state.get(f"{self.key}.name.{place}") or name
        return " ".join(written.split()) or name

    def _followed(self, place: int) -> str:
        """The name of the class that one is counted as, which may be counted as a third."""
        seen: set[int] = set()
        while place not in seen and (said := self.said(place)).startswith(AS):
            seen.add(place)
            place = self.place_of[said.removeprefix(AS)]
        return self.own_name(min(seen) if place in seen else place)


def _rows(
    at: _Choices, classes: Sequence[ClassCount], places: Sequence[int], page_key: str
) -> None:  # fmt: skip
    """One page of rows, and what turns the pages where there are several."""
    pages = -(-len(places) // PER_PAGE)
    page = max(1, min(int(st.session_state.get(page_key) or 1), pages))
    for place in places[(page - 1) * PER_PAGE : page * PER_PAGE]:
        _row(at, place, classes[place])
    if pages > 1:
        st.pagination(pages, key=page_key, persist_state="session")


def _row(at: _Choices, place: int, row: ClassCount) -> None:
    options = at.options(place)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        said = st.selectbox(
            f"**{plain(row.name, 40)}** · {_how_often(row)}",
            options, index=options.index(at.said(place)), format_func=at.words,
            key=f"{at.key}.as.{place}", persist_state="session", width=320,
        )  # fmt: skip
        if said == OWN:
            st.text_input(
                f"Name of {plain(row.name, 40)}", row.name,
                max_chars=max(NAME_LENGTH, len(row.name)), key=f"{at.key}.name.{place}",
                label_visibility="collapsed", persist_state="session", width=320,
            )  # fmt: skip


def _how_often(row: ClassCount) -> str:
    if not row.boxes:
        return "no label"
    return f"{count(row.boxes, 'label')} on {count(row.pictures, 'picture')}"


def _say_what_changes(
    chosen: dict[str, str | None], there: set[str], by_list: set[str]
) -> None:  # fmt: skip
    """Tell which classes become one; not of those `by_list`, whose rows name the class there."""
    named = {old: new for old, new in chosen.items() if new is not None and old not in by_list}
    merged = [name for name, times in Counter(named.values()).items()
              if times > 1 or name in there]  # fmt: skip
    told = [_merging(name, [old for old, new in named.items() if new == name], name in there)
            for name in merged[:_MERGES_TOLD]]  # fmt: skip
    if len(merged) > _MERGES_TOLD:
        told.append(f"And {len(merged) - _MERGES_TOLD:,} more.")
    if told:
        st.info("  \n".join(told), icon=":material/merge:")
    dropped = [shorten(name, 40) for name, after in chosen.items() if after is None]
    if dropped:
        st.info(f"Left out with all their labels: {plain(listed(dropped))}. A picture that shows "
                "nothing else then counts as empty on purpose.",
                icon=":material/backspace:")  # fmt: skip


def _merging(name: str, old: Sequence[str], is_there: bool) -> str:
    words = listed([f"“{plain(each, 40)}”" for each in old])
    if is_there:
        verb = "counts" if len(old) == 1 else "count"
        return f"{words} {verb} as **{plain(name, 40)}**, which is there."
    return f"{words} become one class: **{plain(name, 40)}**."
