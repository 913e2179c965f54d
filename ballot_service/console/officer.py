"""Somebody who asks: an account in a session, with all its roles. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from ballot_service.console.roles import Permission, Role, may


@dataclass(frozen=True)
class Officer:
    """Who is asking."""

    account: str  # its id, which never changes
    login: str  # what is typed to log in
    name: str  # shown, and written into `by` where an act asks for one name
    everywhere: frozenset[Role]  # roles for the whole installation
    meetings: dict[str, frozenset[Role]]  # and for single meetings
    has_password: bool = False
    confirmed_until: int | None = None  # Unix seconds; None: a program's session, confirmed while it lasts

    def roles(self, meeting_id: str | None) -> frozenset[Role]:
        return self.everywhere | (self.meetings.get(meeting_id, frozenset()) if meeting_id else frozenset())

    def may(self, permission: Permission, meeting_id: str | None = None) -> bool:
        return may(self.roles(meeting_id), permission)

    def may_somewhere(self, permission: Permission) -> bool:
        """In the installation or in some meeting: whether a page with a list is worth a link."""
        return self.may(permission) or any(may(roles, permission) for roles in self.meetings.values())

    def confirmed(self, now: int) -> bool:
        """Whether a password or a code was given so recently that acts with no way back may be done."""
        return self.confirmed_until is None or now < self.confirmed_until
