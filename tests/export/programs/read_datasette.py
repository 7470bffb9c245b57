"""Asks Datasette for pages of the two files of a folder, and prints their texts as a JSON list.

Arguments: the folder, then the paths. A page that is not answered with 200 ends the run.
"""

import asyncio
import json
import sys

from datasette.app import Datasette

folder, *paths = sys.argv[1:]


async def texts():
    datasette = Datasette([f"{folder}/app.sqlite", f"{folder}/plain.sqlite"])
    await datasette.invoke_startup()
    for path in paths:
        answer = await datasette.client.get(path)
        if answer.status_code != 200:
            sys.exit(f"{path}: {answer.status_code}")
        yield answer.text


async def main():
    print(json.dumps([text async for text in texts()]))


asyncio.run(main())
