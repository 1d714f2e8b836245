"""Only Tailor's own pages, under this computer's own names, get an answer."""

import pytest

ALL_READS = [
    "/tailor/plotly.js", "/tailor/thumbnail/x/1", "/tailor/picture/x/1", "/tailor/labels/x?ids=1",
    "/tailor/live/x", "/tailor/eyes/x", "/tailor/eyes/x/1", "/tailor/log/x", "/tailor/import/x",
    "/tailor/download/x/best", "/tailor/preview/x", "/tailor/tile/x/y.jpg", "/tailor/predict/x/y",
    "/tailor/try/x/0", "/tailor/upload/x/0",
]  # fmt: skip


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1:8501", "[::1]:8501", "LOCALHOST:80"])
def test_this_computers_names_are_known(client, host):
    assert client.get("/tailor/plotly.js", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.nip.io:8501", "", "a b", "localhost:1@x"],
)  # fmt: skip
@pytest.mark.parametrize("path", ["/tailor/plotly.js", "/", "/_stcore/health"])
def test_a_name_that_was_made_to_point_here_is_refused(client, host, path):
    assert client.get(path, headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("path", ALL_READS)
def test_every_answer_carries_the_safety_headers(client, path):
    headers = client.get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "Cache-Control" in headers


@pytest.mark.parametrize("path", ALL_READS)
def test_another_site_in_the_same_browser_reads_nothing(client, path):
    for site in ("cross-site", "same-site"):
        assert client.get(path, headers={"Sec-Fetch-Site": site}).status_code == 403
    assert client.get(path, headers={"Origin": "http://evil.example"}).status_code == 403


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/tailor/upload"), ("POST", "/tailor/upload/abc"),
        ("DELETE", "/tailor/upload/abc"), ("PUT", "/tailor/upload/abc/0"),
    ],
)  # fmt: skip
def test_writing_needs_the_header_that_a_form_cannot_send(client, method, path):
    assert client.request(method, path).status_code == 403
    assert client.request(method, path, headers={"X-Tailor": "0"}).status_code == 403


def test_another_port_of_this_computer_may_not_write(client):
    headers = {"X-Tailor": "1", "Origin": "http://localhost:9999"}
    assert client.post("/tailor/upload", headers=headers).status_code == 403


def test_our_own_page_may_write(client):
    headers = {"X-Tailor": "1", "Origin": "http://localhost:8501", "Sec-Fetch-Site": "same-origin"}
    answer = client.post("/tailor/upload/gone", headers=headers)
    assert answer.status_code == 404


@pytest.mark.parametrize("path", ALL_READS[1:])
def test_a_name_that_leads_nowhere_is_not_there(client, path):
    assert client.get(path).status_code in (404, 405)


@pytest.mark.parametrize(
    "path",
    [
        "/tailor/thumbnail/..%2f..%2fetc/1", "/tailor/live/..", "/tailor/live/%2e%2e",
        "/tailor/log/..%5c..%5cx", "/tailor/download/%2e%2e/best", "/tailor/tile/../app.py",
        "/tailor/tile/%2e%2e/%2e%2e", "/tailor/try/..%2f..%2fx/0", "/tailor/import/a%00b",
        "/tailor/labels/~?ids=1", "/tailor/eyes/Con/1", "/tailor/download/x/..%2f..%2fplan",
    ],
)  # fmt: skip
def test_paths_that_lead_out_are_not_there(client, path):
    assert client.get(path).status_code in (403, 404)
