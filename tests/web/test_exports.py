"""An export is fetched over its own route, once it is whole."""

import io
import zipfile

from components.data import exporting
from components.data.exporting import start_export
from tests.data.dataset_of import dataset_of, picture


def test_a_packed_data_set_is_sent_and_nothing_else(client, workspace):
    folder = workspace.datasets / "animals"
    dataset_of(folder, [picture("a.jpg", ["cat"], split="train")])
    (folder / "images").mkdir()
    (folder / "images" / "a.jpg").write_bytes(b"a picture")
    order = start_export(workspace, "animals", "yolo")
    address = f"/tailor/export/{order.name}"
    assert client.get(address).status_code == 404  # nothing is packed yet
    assert client.get(f"{address}/state").json() == {"phase": "waiting", "needle": {}}
    exporting.main(order)
    assert client.get(f"{address}/state").json()["phase"] == "finished"
    answer = client.get(address)
    assert "animals-yolo.zip" in answer.headers["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert archive.read("images/train/a.jpg") == b"a picture"
    for other in ("..", "export-0-0", "%2e%2e"):
        assert client.get(f"/tailor/export/{other}").status_code == 404
