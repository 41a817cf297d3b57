"""Spreadsheets in and out: start with `workbook_reader.py` and `workbook_writer.py`."""
