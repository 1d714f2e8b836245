"""What was added to a data set's file later; `schema.MIGRATIONS` has the order."""

import sqlite3


def points_of_things(db: sqlite3.Connection) -> None:
    """Names of the points that each thing of a pose data set has, as JSON; "" when it has none."""
    db.execute("ALTER TABLE dataset ADD COLUMN keypoints TEXT NOT NULL DEFAULT ''")


def how_alike(db: sqlite3.Connection) -> None:
    """How far pictures may be apart that still stay together, grey levels; NULL: as found."""
    db.execute("ALTER TABLE dataset ADD COLUMN most_difference REAL")


def pictures_in_place(db: sqlite3.Connection) -> None:
    """Stamps of pictures that stay in the user's own folder; "" for those in the store."""
    db.execute("ALTER TABLE pictures ADD COLUMN stamp TEXT NOT NULL DEFAULT ''")
    db.execute("CREATE INDEX pictures_elsewhere ON pictures (id) WHERE stamp != ''")


def pictures_of_findings(db: sqlite3.Connection) -> None:
    """Which pictures a finding of the background check is about, all of them."""
    db.execute(
        "CREATE TABLE found (kind TEXT NOT NULL, picture_id INTEGER NOT NULL "
        "REFERENCES pictures (id) ON DELETE CASCADE, PRIMARY KEY (kind, picture_id)) WITHOUT ROWID"
    )
    db.execute("CREATE INDEX found_by_picture ON found (picture_id)")
