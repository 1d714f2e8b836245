"""Taking a data set away: one module per format, each writes the same `Outgoing` into a `Parcel`.

Who may come in: `components.data.exporting`. Start reading at `registry.py`; a new format is a new
module and one row there, and the round-trip tests find it by themselves.
"""
