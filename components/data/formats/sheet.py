"""What one file says about pictures, a page each, before anybody knows which pictures they are."""

from functools import partial

from components.data.formats.description import Unit
from components.data.formats.page import Page
from components.data.formats.page_book import Calls, PageBook
from components.data.listing import Listing
from components.data.names import split_of_stem
from components.data.numbered import Numbering


class Sheet:
    """One file, or many files of one picture each, that are matched together.

    Attributes:
        name: The file as the user knows it; for many files, the folder above or the format.
        pages: In the order of the file.
        is_one_file: Whether all pages are from one file.
    """

    def __init__(self, name: str, *, is_one_file: bool = True) -> None:
        self.name = name
        self.is_one_file = is_one_file
        self.pages = PageBook()
        self._sources = Listing[str]()  # of many files, whose each page is
        self._again = Calls()

    def add(self, page: Page, source: str = "", again: "partial[Page] | None" = None) -> None:
        """One page more, of a file of its own when `source` is given.

        With `again` the page holds no more than what matching needs, and that reads it whole.
        """
        self.pages.add(page)
        if not self.is_one_file:
            self._sources.append(source or self.name)
        if again is not None:
            self._again.add(again)

    def source(self, number: int) -> str:
        """The file that describes a picture."""
        return self.name if self.is_one_file else self._sources[number]

    def names_at(self, number: int) -> tuple[str, str, str]:
        """What a page calls its picture, its file, and which of them a word about it is for."""
        called: str = self.pages[number].names[0].strip()
        source = self.source(number)
        return called, source, called if self.is_one_file else source

    def page(self, number: int) -> Page:
        """One page, whole.

        Raises:
            LabelError: Its file has changed or gone since.
        """
        page: Page = self._again[number]() if len(self._again) else self.pages[number]
        return page


class OneFile:
    """Pages of one file by the name of their picture; its rows need not be neighbours."""

    def __init__(self, name: str, unit: Unit = "pixels") -> None:
        self.sheet = Sheet(name)
        self._unit = unit
        self._split = split_of_stem(name)
        self._numbers = Numbering()

    def has(self, reference: str) -> bool:
        """Whether there is a page of this picture already."""
        return reference in self._numbers

    def page(self, reference: str) -> Page:
        """The page of a picture, a new one the first time."""
        number = self._numbers.number(reference)
        if number == len(self.sheet.pages):
            self.sheet.add(Page((reference,), self._unit, split=self._split))
        page: Page = self.sheet.pages[number]
        return page
