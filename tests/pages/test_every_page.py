import pytest

from .conftest import APP, open_page

PAGES = sorted(
    path.relative_to(APP.parent / "pages").with_suffix("").as_posix()
    for path in (APP.parent / "pages").glob("*/*.py")
)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_in_an_empty_workspace(workspace, page):
    at = open_page(page)
    assert not at.exception
    assert at.title


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_with_a_data_set(workspace, mugs, page):
    at = open_page(page)
    assert not at.exception
    assert not at.error


@pytest.mark.parametrize("page", PAGES)
def test_every_page_stands_a_nonsense_address(workspace, mugs, page):
    at = open_page(page, dataset="../../etc/passwd", run="<script>", view="nothing", show="x")
    assert not at.exception
