"""Prints what the official Python client sees of some tables, without row ids, as one JSON document.

Usage: dump.py URL KEY TABLE...
"""

import hashlib
import json
import sys

import anvil.media
import anvil.server
from anvil.tables import app_tables

url, key, *names = sys.argv[1:]
anvil.server.connect(key, url=url, quiet=True)
rows = {name: list(getattr(app_tables, name).search()) for name in names}
places = {row.get_id(): [name, i] for name in names for i, row in enumerate(rows[name])}


def seen(value):
    """A value with its Python type; a row by its place, a medium by its hash."""
    if isinstance(value, anvil.Media):
        digest = hashlib.sha256(value.get_bytes()).hexdigest()
        return ["media", value.content_type, value.name, digest]
    if hasattr(value, "get_id"):
        # Links to deleted rows do not come back: the archive has nothing that they could lead to.
        return places.get(value.get_id())
    if isinstance(value, (list, tuple)):
        return [item for item in map(seen, value) if item is not None or not is_links(value)]
    if isinstance(value, dict):
        return {name: seen(member) for name, member in value.items()}
    return [type(value).__name__, repr(value)] if value is not None else None


def is_links(values):
    return any(hasattr(value, "get_id") for value in values)


print(json.dumps({name: [{k: seen(v) for k, v in dict(row).items()} for row in rows[name]] for name in names},
                 sort_keys=True))
