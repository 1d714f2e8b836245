"""Pictures that a file may mean by either of two names."""

from collections.abc import Callable, Iterator

from components.data.matches import Matches
from components.data.matching import PictureIndex
from components.data.names import common_end, folded, tidy_reference, without_roles
from components.data.problems import warn
from components.data.records import Problem


def doubts(
    source: str, matches: Matches, name_of: Callable[[int], str], index: PictureIndex
) -> Iterator[Problem]:
    """A word about pictures that a file may mean by either of two names: s1/a.jpg or s2/a.jpg.

    Args:
        source: The file.
        matches: Which of its names got which picture.
        name_of: A name by its number there.
        index: The pictures.
    """
    alike: dict[int, str] = {}  # picture to a name that got none
    for name in map(name_of, matches.missing):
        for picture in index.by_name.get(folded(tidy_reference(name).rpartition("/")[2])):
            if _lies_elsewhere(name, picture, index):
                alike.setdefault(picture, name)
    for number, picture in matches.picture_of.pairs() if alike else ():
        if picture in alike and _lies_elsewhere(name_of(number), picture, index):
            shown, name = index.pictures[picture].name, name_of(number)
            yield warn(
                "picture_of_two_names", shown,
                f"{source} has labels for {name} and for {alike[picture]}; {shown} lies in neither "
                "folder, and is the only picture called so.",
                f"It gets those of {name}; look at it to see whether they fit.",
            )  # fmt: skip


def _lies_elsewhere(name: str, picture: int, index: PictureIndex) -> bool:
    """Whether a name has folders, and the picture lies in none of them."""
    said = without_roles(tidy_reference(name).rpartition("/")[0])
    return bool(said) and common_end(said, index.folder(picture)) == 0
