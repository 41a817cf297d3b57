"""The roster: persons of an application's lines.

Decides: who a row of a spreadsheet is, and whether that person may join a plan.
Consumes: `application.*`, `confirmation.issued`, its own imports.
Publishes: `roster.*`, counts only, never persons.
Owns: the person template, persons, import batches, frozen rosters, who is covered until when.
"""
