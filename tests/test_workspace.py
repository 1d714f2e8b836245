"""Files that are written beside and renamed: whole at every moment, whoever else writes them."""

import threading

from components.workspace import write_atomic


def test_threads_that_write_the_same_file_do_not_disturb_each_other(tmp_path):
    path, failures = tmp_path / "note.json", []

    def write(letter):
        try:
            for _ in range(30):
                write_atomic(path, letter * 5000)
                assert path.read_text() in ("a" * 5000, "b" * 5000)
        except Exception as error:
            failures.append(error)

    writers = [threading.Thread(target=write, args=(letter,)) for letter in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert failures == []
    assert [each.name for each in tmp_path.iterdir()] == ["note.json"]
