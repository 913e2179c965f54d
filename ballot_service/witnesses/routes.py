"""Where a witness leaves its cosignature. No account: the signature itself says whose it is."""

from __future__ import annotations

from typing import Annotated

from flask import Blueprint, Response
from pydantic import Field

from ballot_service.routing import Body, Routes, answer, read_body, service

MEETING = "/meetings/<id:meeting_id>"
MAX_LINE_CHARS = 1_000


class CosignatureRequest(Body):
    size: Annotated[int, Field(ge=1, le=1 << 22)]
    signature: Annotated[str, Field(max_length=MAX_LINE_CHARS)]


def witness_routes() -> Routes:
    """All routes for witnesses."""
    blueprint = Blueprint("witness", __name__)
    routes = Routes(blueprint, "witness")

    @routes.add(
        "POST",
        MEETING + "/cosignatures",
        "A witness's signature line for the checkpoint of `size` lines",
        body=CosignatureRequest,
        refusals=("not-allowed", "bad-request", "not-found", "too-large"),
    )
    def cosignatures(meeting_id: str) -> Response:
        asked = read_body(CosignatureRequest)
        cosigned = service().witnesses.take(meeting_id, asked.size, asked.signature)
        return answer({"size": asked.size, "signed": cosigned.signed, "quorum": cosigned.quorum})

    return routes
