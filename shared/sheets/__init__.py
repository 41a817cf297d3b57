"""Spreadsheets that people send, of any kind: start with `reading.py`.

It tells the kind of a file by its content and yields its visible sheets; a module per kind reads
them (`excel`, `xls`, `html_tables`, `mhtml`, `separated`, `xml_spreadsheet`). `cells` is what they
hold, `merges` what holds for several rows. What would exhaust memory or time is refused before it
is read (`zip_guard`, `xls_records`); `refusals` has a sentence for everything that is not read.
"""
