"""The officers' API: publishing and every act of running a meeting. All but logging in needs a session.

A session travels as `Authorization: Bearer TOKEN` or as a strict same-site cookie. With the cookie every POST must say
that it is JSON, also one without a body: a foreign page cannot do that without asking first, and nobody answers it.
Who may do what is `console.roles`, the same as for the pages.
"""

from __future__ import annotations

from ballot_service.console.api.agenda import agenda_operations
from ballot_service.console.api.login import login_operations
from ballot_service.console.api.meetings import meeting_operations
from ballot_service.console.api.officer_routes import OfficerRoutes
from ballot_service.console.api.polls import poll_operations
from ballot_service.limits import Limits

__all__ = ["OfficerRoutes", "officer_routes"]


def officer_routes(limits: Limits) -> OfficerRoutes:
    """All officers' operations."""
    routes = OfficerRoutes(limits)
    for register in (login_operations, meeting_operations, agenda_operations, poll_operations):
        register(routes)
    return routes
