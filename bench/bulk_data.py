"""Copy an application with its billing and papers by SQL, hundreds of thousands of times."""

from collections.abc import Sequence

import asyncpg

FIRST = 1_000_000
"""Number of the first copy; the original's is far below."""

STATE = """
    CASE WHEN g % 100 < 82 THEN 'archived' WHEN g % 100 < 90 THEN 'confirmed'
    WHEN g % 100 < 93 THEN 'cancelled' WHEN g % 100 < 95 THEN 'approved'
    ELSE (ARRAY['paid', 'final_review', 'first_review', 'returned', 'draft'])[g % 100 - 94] END"""
"""As in an office after years: nearly all are archived, some confirmations never come back."""

COPIES = f"""
    SELECT g, 'PRT' || lpad(($1::int + g)::text, 10, '0') AS no,
    'G00122026' || lpad(($1::int + g)::text, 12, '0') AS confirmation_no,
    unit_id, unit_name, agency_id, {STATE} AS state,
    CASE WHEN g % 50 = 0 THEN 'renewal' ELSE 'enrollment' END AS kind,
    DATE '2020-01-01' + g / ($2::int / 2000 + 1) AS day
    FROM generate_series(1, $2::int) AS g
    JOIN unnest($3::text[], $4::text[], $5::text[]) WITH ORDINALITY
    AS units (unit_id, unit_name, agency_id, place) ON place = CASE WHEN g / 100 % 2 = 0 THEN 1
    ELSE g / 200 % (cardinality($3) - 1) + 2 END"""  # noqa: S608 - our own words

REAL = f"application_no < 'PRT{FIRST:010d}'"
COMMON = """
    jsonb_build_object('application_no', no, 'unit_id', unit_id, 'unit_name', unit_name,
    'agency_id', agency_id, 'kind', kind, 'entered_on', day)"""

APPLICATIONS = f"""
    INSERT INTO applications (application_no, unit_id, agency_id, office_id, state, kind,
    entered_on, unit_folded, plans, reviewers, confirmation_no, version, body)
    SELECT no, c.unit_id, c.agency_id, office_id, c.state, c.kind, day, unit_name, plans,
    CASE WHEN g % 100 < 97 THEN reviewers ELSE '{{}}' END, NULL, version,
    body || {COMMON} || jsonb_build_object('state', c.state)
    FROM ({COPIES}) AS c,
    (SELECT office_id, plans, reviewers, version, body FROM applications WHERE {REAL}) AS one"""  # noqa: S608 - our own

BILLINGS = f"""
    INSERT INTO billings (application_no, unit_id, agency_id, office_id, standing, kind,
    entered_on, unit_folded, plans, version, body)
    SELECT no, c.unit_id, c.agency_id, office_id,
    CASE c.state WHEN 'approved' THEN 'awaited' WHEN 'paid' THEN 'received' ELSE 'confirmed' END,
    c.kind, day, unit_name, plans, version, body || {COMMON}
    FROM ({COPIES}) AS c,
    (SELECT office_id, plans, version, body FROM billings WHERE {REAL}) AS one"""  # noqa: S608 - our own

PAPERS = f"""
    INSERT INTO papers (kind, number, application_no, unit_id, agency_id, office_id, unit_name,
    unit_folded, agency_name, business, plan_names, amount, entered_on, effective_on, confirmed_on,
    known_at, print_count, content, file)
    SELECT one.kind, CASE one.kind WHEN 'confirmation' THEN confirmation_no ELSE no END,
    no, c.unit_id, c.agency_id, office_id, c.unit_name, c.unit_name, agency_name, c.kind,
    plan_names, amount, CASE one.kind WHEN 'confirmation' THEN NULL ELSE day END,
    CASE one.kind WHEN 'confirmation' THEN day END, CASE one.kind WHEN 'confirmation' THEN day END,
    known_at, CASE WHEN g % 100 < 97 THEN 1 ELSE 0 END, content, file
    FROM ({COPIES}) AS c,
    (SELECT * FROM papers WHERE {REAL} AND kind <> 'receipt') AS one"""  # noqa: S608 - our own

COPYING = {
    "enrollment": ("applications", APPLICATIONS),
    "invoicing": ("billings", BILLINGS),
    "documents": ("papers", PAPERS),
}


async def fill(postgres: str, units: Sequence[tuple[str, str, str]], size: int) -> None:
    """Create `size` copies, then vacuum as autovacuum does within minutes.

    `units` are ids, names and agencies; the first gets half of all copies.
    """
    for database, (table, copy) in COPYING.items():
        connection = await asyncpg.connect(postgres, database=database)
        try:
            columns = map(list, zip(*units, strict=True))
            await connection.execute(copy, FIRST, size, *columns)
            await connection.execute(f"VACUUM ANALYZE {table}")
            await connection.execute("CHECKPOINT")
        finally:
            await connection.close()
