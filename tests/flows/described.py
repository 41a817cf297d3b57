"""The served description held against what is really sent and answered."""

import json
import re
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import httpx
from jsonschema import Draft202012Validator, FormatChecker
from referencing import Registry
from referencing.jsonschema import DRAFT202012

DOCUMENT = "urn:openapi"
REF = "#/components/schemas/"


@dataclass(eq=False)
class Description:
    """The OpenAPI document of a running system; notes which of its calls were seen to be true."""

    document: dict[str, Any]
    paths: list[tuple[re.Pattern[str], str]]
    registry: Registry[Any]
    seen: set[tuple[str, str]] = field(default_factory=set)
    """Operation and status."""

    @classmethod
    async def of(cls, http: httpx.AsyncClient) -> Self:
        """Read it as a client would."""
        document = (await http.get("/openapi.json")).json()
        paths = [
            (re.compile(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(path))), path)
            for path in sorted(document["paths"], key=lambda path: path.count("{"))
        ]
        resource = DRAFT202012.create_resource(closed(document))
        return cls(document, paths, Registry().with_resource(DOCUMENT, resource))

    async def check(self, response: httpx.Response) -> None:
        """Raise AssertionError for an answer, or a body that was taken, of another shape."""
        request = response.request
        path = next((raw for form, raw in self.paths if form.fullmatch(request.url.path)), None)
        if path is None or request.method.lower() not in self.document["paths"][path]:
            return
        place = ("paths", path, request.method.lower())
        call = self.document["paths"][path][request.method.lower()]
        status = str(response.status_code)
        status = status if status in call["responses"] or status < "4" else "default"
        assert status in call["responses"], f"{place} answers {status}"
        kind = response.headers.get("content-type", "").partition(";")[0]
        content = call["responses"][status].get("content", {})
        assert kind in content or (not kind and not content), f"{place} answers {status} {kind}"
        if "json" in kind:
            await response.aread()
            self._validate(response.json(), *place, "responses", status, "content", kind)
        sent = request.headers.get("content-type", "")
        if status < "4" and sent == "application/json":
            self._validate(json.loads(request.content), *place, "requestBody", "content", sent)
        self.seen.add((call["operationId"], status))

    def _validate(self, value: Any, *place: str) -> None:  # noqa: ANN401 - JSON
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in place)
        errors = list(self._validator(pointer).iter_errors(value))
        assert not errors, f"{pointer}: {[(one.json_path, one.message) for one in errors][:3]}"

    @cache  # noqa: B019 - one per run
    def _validator(self, pointer: str) -> Draft202012Validator:
        return Draft202012Validator(
            {"$ref": f"{DOCUMENT}#/{pointer}/schema"},
            registry=self.registry,
            format_checker=FormatChecker(),
        )


def closed(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document so that no answer may have more fields than are described."""
    strict = deepcopy(document)
    schemas = strict["components"]["schemas"]
    for name, schema in list(schemas.items()):
        for part in schema.get("allOf", []):
            if "$ref" in part:
                base = part["$ref"].removeprefix(REF)
                schemas[f"{base} as part"] = deepcopy(document["components"]["schemas"][base])
                part["$ref"] = f"{REF}{base} as part".replace(" ", "%20")
        if "allOf" in schema:
            schemas[name] = {**schema, "unevaluatedProperties": False}
    parts = {name for name in schemas if name.endswith(" as part")}
    for name, schema in schemas.items():
        if name not in parts and "allOf" not in schema:
            _close(schema)
    return strict


def _close(part: Any) -> None:  # noqa: ANN401 - any JSON
    if isinstance(part, dict):
        if "properties" in part:
            part.setdefault("additionalProperties", False)
        for value in part.values():
            _close(value)
    elif isinstance(part, list):
        for value in part:
            _close(value)
