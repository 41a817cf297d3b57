"""Templates that units download."""

import asyncio

from services.roster.adapters.workbook_writer import XLSX, person_template
from shared.contracts.files import Prefix, StoredFile
from shared.errors import NotFound
from shared.runtime.resources import Resources
from shared.runtime.storage import digest_of

TEMPLATE = "参保人信息模板-通用"
FILE_NAME = f"{TEMPLATE}.xlsx"


async def write_template(name: str, resources: Resources) -> StoredFile:
    """Write a template, with or without `.xlsx` in its name; NotFound for an unknown one."""
    if name not in (TEMPLATE, FILE_NAME):
        raise NotFound("没有这个模板，请从模板列表中选择。")
    content = await asyncio.to_thread(person_template)
    key = f"{Prefix.TEMPLATES}/{digest_of(content)}"
    return await resources.storage.put_file(key, content, FILE_NAME, XLSX)
