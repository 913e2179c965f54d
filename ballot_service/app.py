"""The web application: it wires the rooms, and knows nothing else."""

from __future__ import annotations

import secrets
from importlib.metadata import version

from flask import Flask, Response

from ballot_service.boxes.card_page import card_pages
from ballot_service.boxes.pages import boxes_pages
from ballot_service.console.account_pages import account_pages
from ballot_service.console.api import OfficerRoutes, officer_routes
from ballot_service.console.assets import asset_pages
from ballot_service.console.audit_pages import audit_pages
from ballot_service.console.pages import login_pages
from ballot_service.console.recording import install_recording
from ballot_service.documents.pages_routes import document_pages
from ballot_service.hubs.pages import hub_pages
from ballot_service.hubs.routes import hub_routes
from ballot_service.limits import Limits
from ballot_service.openapi import openapi
from ballot_service.prepare.pages import prepare_pages
from ballot_service.routing import CONVERTERS, MAX_BODY_BYTES, PREFIX, Operation, Routes, answer, install_error_handlers
from ballot_service.running.desk import desk_pages
from ballot_service.running.pages import run_pages
from ballot_service.running.paper import paper_pages
from ballot_service.screen.pages import screen_pages
from ballot_service.service import Service
from ballot_service.voter.page import voter_pages
from ballot_service.voter.routes import voter_routes
from ballot_service.witnesses.routes import witness_routes

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def create_app(service: Service) -> Flask:
    """The application over an open service."""
    app = Flask("ballot_service", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = MAX_BODY_BYTES
    app.url_map.converters.update(CONVERTERS)
    # Else an address with a doubled slash is answered with a redirect to whatever the Host header says.
    app.url_map.merge_slashes = False
    app.extensions["ballot-service"] = service
    install_error_handlers(app)
    limits = Limits(service.config, service.keyring.files.create(secrets.token_bytes(32), "limits.key"))
    app.extensions["ballot-limits"] = limits
    install_recording(app, service.audit)
    groups: list[Routes | OfficerRoutes] = [
        voter_routes(limits),
        witness_routes(),
        hub_routes(limits),
        officer_routes(limits),
    ]
    for group in groups:
        app.register_blueprint(group.blueprint)
    app.register_blueprint(asset_pages())
    app.register_blueprint(login_pages())
    app.register_blueprint(account_pages())
    app.register_blueprint(audit_pages())
    app.register_blueprint(run_pages())
    app.register_blueprint(desk_pages())
    app.register_blueprint(paper_pages())
    app.register_blueprint(document_pages(service))
    app.register_blueprint(prepare_pages(service))
    app.register_blueprint(voter_pages())
    app.register_blueprint(card_pages())
    app.register_blueprint(boxes_pages())
    app.register_blueprint(hub_pages())
    app.register_blueprint(screen_pages(service))
    about = Operation("GET", PREFIX + "/openapi.json", "This document", "about", None, 200, ())
    document = openapi([about, *(one for group in groups for one in group.operations)], version("ballot-service"))

    @app.get(PREFIX + "/openapi.json")
    def _openapi() -> Response:
        return answer(document)

    @app.after_request
    def _add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return app
