"""Who may do what. A role is granted for one meeting or for the whole installation; a permission belongs to roles.

The ledger's own rules judge every act again: a permission says who may ask, never that the answer is yes.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Role(StrEnum):
    """What somebody is in a meeting."""

    ORGANISER = "organiser"  # 会务 prepares and runs
    HOST = "host"  # 主持人
    TELLER = "teller"  # 计票人
    SCRUTINEER = "scrutineer"  # 监票人
    SUPERVISOR = "supervisor"  # 监督机关 sees, and takes the ledger away
    OBSERVER = "observer"  # 列席观察 sees what the hall sees


class Permission(StrEnum):
    """What one may ask the service to do."""

    PREPARE = "prepare"  # drafts, publishing, ceremony
    ACCOUNTS = "accounts"  # accounts, roles
    LOOK = "look"  # that a meeting is there, and how far it is
    FIGURES = "figures"  # redeemed, returned, shares, while it runs
    ATTENDANCE = "attendance"
    STEPS = "steps"
    POLLS = "polls"  # recuse, open, collect, close, void
    HUBS = "hubs"  # pair and remove venue hubs, and see how they are
    PAPER = "paper"  # one teller's count of paper ballots
    DESK = "desk"  # slips replaced, activated, voided
    BOXES = "boxes"  # open a box whose shares are released
    RESULTS = "results"  # results before the hall may see them
    DECIDE = "decide"
    ANNOUNCE = "announce"
    INPUTS = "inputs"
    AGENDA = "agenda"  # an added item
    CLOSE = "close"  # the end of the meeting
    DOCUMENTS = "documents"
    EXPORT = "export"  # the whole ledger before the meeting has ended
    AUDIT = "audit"  # who did what


_O, _H, _T, _S, _V = Role.ORGANISER, Role.HOST, Role.TELLER, Role.SCRUTINEER, Role.SUPERVISOR

ALLOWED: Final[dict[Permission, frozenset[Role]]] = {
    Permission.PREPARE: frozenset({_O}),
    Permission.ACCOUNTS: frozenset({_O}),
    Permission.LOOK: frozenset(Role),
    Permission.FIGURES: frozenset({_O, _H, _T, _S, _V}),
    Permission.ATTENDANCE: frozenset({_O, _H, _T}),
    Permission.STEPS: frozenset({_O, _H}),
    Permission.POLLS: frozenset({_O, _H}),
    Permission.HUBS: frozenset({_O}),
    Permission.PAPER: frozenset({_O, _T}),
    Permission.DESK: frozenset({_O, _T}),
    Permission.BOXES: frozenset({_O, _H, _S}),
    Permission.RESULTS: frozenset({_O, _H, _T, _S, _V}),
    Permission.DECIDE: frozenset({_O, _H}),
    Permission.ANNOUNCE: frozenset({_O, _H}),
    Permission.INPUTS: frozenset({_O}),
    Permission.AGENDA: frozenset({_O, _H}),
    Permission.CLOSE: frozenset({_O, _H}),
    Permission.DOCUMENTS: frozenset({_O, _H, _V}),
    Permission.EXPORT: frozenset({_O, _V}),
    Permission.AUDIT: frozenset({_O, _V}),
}


def may(roles: frozenset[Role], permission: Permission) -> bool:
    """Whether one of the roles has the permission."""
    return not roles.isdisjoint(ALLOWED[permission])
