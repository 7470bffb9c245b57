"""Reads a workbook by openpyxl and prints its sheets as JSON. Argument: the workbook."""

import datetime
import json
import sys

import openpyxl
from openpyxl.utils.escape import unescape


def plain(value):
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat(timespec="milliseconds") if isinstance(value, datetime.datetime) else value.isoformat()
    return unescape(value) if isinstance(value, str) else value


book = openpyxl.load_workbook(sys.argv[1])
print(json.dumps({sheet.title: [[plain(cell.value) for cell in row] for row in sheet] for sheet in book}))
