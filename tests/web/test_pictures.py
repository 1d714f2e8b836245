"""Pictures, thumbnails and labels of a data set come over routes that a browser may keep."""

import io

import numpy as np
import pytest
from PIL import Image

from components.data.records import PictureState
from tests.data.dataset_of import dataset_of, picture


@pytest.fixture
def animals(workspace):
    folder = workspace.datasets / "animals"
    pictures = [
        picture("a.jpg", ["cat", "dog"], split="train"),
        picture("b.png", split="val"),
        picture("c.jpg", state=PictureState.UNLABELLED, size=(240, 320)),
    ]
    dataset = dataset_of(folder, pictures)
    for name in ("images", "thumbnails"):
        (folder / name).mkdir(exist_ok=True)
    noise = Image.fromarray(np.random.default_rng(0).integers(0, 255, (240, 320, 3), np.uint8))
    noise.save(folder / "images/a.jpg")
    Image.new("RGB", (3000, 2250), "teal").save(folder / "images/b.png", compress_level=1)
    turned = Image.Exif()
    turned[0x0112] = 6  # the camera was held upright
    noise.save(folder / "images/c.jpg", exif=turned)
    noise.resize((64, 48)).save(folder / "thumbnails/a.jpg.webp")
    return dataset


def opened(answer):
    assert answer.status_code == 200, answer.text
    return Image.open(io.BytesIO(answer.content))


def test_a_thumbnail_may_be_kept_for_ever(client, animals):
    [first, *_] = animals.ids()
    answer = client.get(f"/tailor/thumbnail/animals/{first}?v=1")
    assert opened(answer).size == (64, 48)
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"


def test_a_picture_that_a_browser_can_show_is_sent_as_it_is(client, animals):
    first = animals.ids()[0]
    answer = client.get(f"/tailor/picture/animals/{first}")
    assert answer.content == (animals.folder / "images/a.jpg").read_bytes()


def test_a_large_picture_is_made_smaller(client, animals):
    second = animals.ids()[1]
    image = opened(client.get(f"/tailor/picture/animals/{second}?size=600"))
    assert (image.format, max(image.size)) == ("JPEG", 640)


def test_a_turned_photograph_is_shown_upright(client, animals):
    third = animals.ids()[2]
    assert opened(client.get(f"/tailor/picture/animals/{third}")).size == (240, 320)


def test_labels_come_for_several_pictures_at_once(client, animals):
    a, b, c = animals.ids()
    told = client.get(f"/tailor/labels/animals?ids={a},{b},{c},9999").json()
    assert set(told) == {str(a), str(b), str(c)}
    assert told[str(a)]["boxes"] == [[0, 10.0, 20.0, 30.0, 40.0], [1, 15.0, 20.0, 35.0, 40.0]]
    assert (told[str(a)]["width"], told[str(a)]["height"]) == (320, 240)
    assert [told[str(i)]["state"] for i in (a, b, c)] == ["labelled", "empty", "unlabelled"]


def test_what_is_not_there_is_said_so(client, animals):
    assert client.get("/tailor/picture/animals/9999").status_code == 404
    assert client.get("/tailor/thumbnail/animals/9999").status_code == 404
    assert client.get("/tailor/thumbnail/animals/-1").status_code == 404
    (animals.folder / "images/a.jpg").unlink()
    assert client.get(f"/tailor/picture/animals/{animals.ids()[0]}").status_code == 404


@pytest.mark.parametrize("ids", ["x", "1;2", "1.5", ",".join("1" for _ in range(501))])
def test_ids_that_make_no_sense_are_refused(client, animals, ids):
    assert client.get(f"/tailor/labels/animals?ids={ids}").status_code == 400


def test_a_size_that_is_no_number_is_refused_and_a_huge_one_is_held_back(client, animals):
    second = animals.ids()[1]
    assert client.get(f"/tailor/picture/animals/{second}?size=x").status_code == 400
    assert max(opened(client.get(f"/tailor/picture/animals/{second}?size=99999")).size) == 3000


def test_a_broken_picture_is_answered_in_words(client, animals):
    (animals.folder / "images/a.jpg").write_bytes(b"no picture at all")
    answer = client.get(f"/tailor/picture/animals/{animals.ids()[0]}")
    assert answer.status_code == 422
    assert answer.json()["fix"]
