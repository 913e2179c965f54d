"""openapi.json, made from the routes themselves, so that it cannot speak of another API than the one that runs."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from ballot_service.errors import STATUS
from ballot_service.routing import Nothing, Operation

SCHEMAS = "#/components/schemas/"
MAX_NUMBER = 999_999_999  # of a query parameter


def openapi(operations: Iterable[Operation], version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    paths: dict[str, dict[str, Any]] = {}
    schemas: dict[str, Any] = {
        "Refusal": {
            "type": "object",
            "required": ["code", "message"],
            "properties": {
                "code": {"type": "string", "enum": sorted(STATUS)},
                "message": {"type": "string"},
                "problems": {"type": "array", "items": {"type": "string"}},
            },
        }
    }
    for operation in operations:
        if isinstance(operation.body, type):
            schema = operation.body.model_json_schema(ref_template=SCHEMAS + "{model}")
            schemas.update(schema.pop("$defs", {}))
            schemas[operation.body.__name__] = schema
        paths.setdefault(operation.path, {})[operation.method.lower()] = _describe(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Ballot service", "version": version, "license": {"name": "Apache-2.0"}},
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {name: {"type": "http", "scheme": "bearer"} for name in ("officer", "hub")},
        },
    }


def _describe(operation: Operation) -> dict[str, Any]:
    described: dict[str, Any] = {
        "summary": operation.summary,
        "tags": [operation.group],
        "operationId": re.sub(r"\W+", "_", f"{operation.method.lower()}{operation.path.removeprefix('/api/v1')}"),
        "parameters": _parameters(operation),
        "responses": _responses(operation),
    }
    if operation.group == "officer" and not operation.path.endswith("/login"):
        described["security"] = [{"officer": []}]
    if operation.group == "hub" and "{meeting_id}" in operation.path:
        described["security"] = [{"hub": []}]
    if operation.permission:
        described["x-permission"] = operation.permission
    if operation.body is not None:
        described["requestBody"] = {"required": operation.body is not Nothing, "content": _body(operation.body)}
    return described


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": _text_schema(operation.patterns.get(name))}
        for name in re.findall(r"\{(\w+)\}", operation.path)
    ]
    number = {"type": "integer", "minimum": 0, "maximum": MAX_NUMBER}
    return in_path + [{"name": name, "in": "query", "required": True, "schema": number} for name in operation.query]


def _text_schema(pattern: str | None) -> dict[str, str]:
    return {"type": "string"} if pattern is None else {"type": "string", "pattern": f"^{pattern}$"}


def _body(body: type[BaseModel] | str) -> dict[str, Any]:
    if isinstance(body, str):
        schema = {"type": "string", "format": "binary"} if body != "application/json" else {"type": "object"}
        return {body: {"schema": schema}}
    return {"application/json": {"schema": {"$ref": SCHEMAS + body.__name__}}}


def _responses(operation: Operation) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    refusals = sorted({*operation.refusals, *_always(operation)})
    for status in sorted({STATUS[code] for code in refusals}):
        codes = [code for code in refusals if STATUS[code] == status]
        responses[str(status)] = {
            "description": ", ".join(codes),
            "content": {"application/json": {"schema": {"$ref": SCHEMAS + "Refusal"}}},
        }
    success: dict[str, Any] = {"description": "done"}
    if operation.success != 204:
        success["content"] = {operation.media_type: {}}
    responses[str(operation.success)] = success
    if operation.success == 201 and operation.path.endswith("/ballots"):
        responses["200"] = {**success, "description": "the same ballot was taken before; the same receipt"}
    if operation.path.endswith("/state"):
        responses["304"] = {"description": "the ledger is as long as If-None-Match says"}
    return responses


def _always(operation: Operation) -> set[str]:
    """Refusals that follow from what an operation is, and that no route lists for itself."""
    codes = {"internal", "unavailable"}
    if operation.body is not None:
        codes |= {"bad-request", "too-large"}
    if operation.group == "officer":
        codes |= {"not-allowed", "bad-request"} | (set() if operation.path.endswith("/login") else {"rate-limited"})
    if "{" in operation.path:
        codes |= {"not-found"}
    return codes
