"""Every ballot of a draft as the phone will show it: the voters' own screens, filled from the draft, casting nothing.

The phone stands in a frame of its own on the page, so that its style and the console's do not meet; it is the one page
of the officers that may be framed, and only by this site.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, request

from ballot_service.console.assets import entry
from ballot_service.console.shell import POLICY, page, t
from ballot_service.prepare.drafts import Draft
from ballot_service.prepare.editing import draft_of
from ballot_service.prepare.mistakes import Judged, judge
from ballot_service.prepare.showing import steps_of
from ballot_service.routing import answer

FRAMING = POLICY + "; frame-src 'self'"
FRAMED = POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


def add_to(pages: Blueprint) -> None:
    """`/drafts/ID/preview`, its phone, and the ballots that the phone shows."""

    @pages.get("/drafts/<id:draft_id>/preview")
    def preview(draft_id: str) -> Response:
        draft = draft_of(draft_id)
        judged = judge(draft.content)
        views = _views(judged)
        chosen = next((one for one in views if one["key"] == request.args.get("view")), views[0] if views else None)
        response = page(
            "prepare/preview.html", draft=draft, content=draft.content, judged=judged, views=views, chosen=chosen,
            steps=steps_of(draft, judged, "preview"), titles=section_titles(draft),
        )  # fmt: skip
        response.headers["Content-Security-Policy"] = FRAMING
        return response

    @pages.get("/drafts/<id:draft_id>/preview/phone")
    def phone(draft_id: str) -> Response:
        draft = draft_of(draft_id)
        view = next((one for one in _views(judge(draft.content)) if one["key"] == request.args.get("view")), None)
        response = page("prepare/phone.html", draft=draft, view=view, phone=entry("preview"))
        response.headers["Content-Security-Policy"] = FRAMED
        return response

    @pages.get("/drafts/<id:draft_id>/preview/ballots.json")
    def ballots(draft_id: str) -> Response:
        judged = judge(draft_of(draft_id).content)
        view = next((one for one in _views(judged) if one["key"] == request.args.get("view")), None)
        if view is None or judged.plan is None:
            return answer(None)
        fields = judged.plan.fields
        voter_class = next(one for one in fields["classes"] if one["id"] == view["class"])
        shown = {name: fields[name] for name in ("id", "title", "organiser", "place", "date", "locale")}
        item = fields["agenda"][view["item"]]
        contests = [one for one in item["contests"] if view["class"] in one["voters"]]
        return answer(
            {**shown, "transport": judged.plan.transport, "class": voter_class, "item": {**item, "contests": contests}}
        )


def _views(judged: Judged) -> list[dict[str, Any]]:
    """What there is to look at: each item, as each class that votes in it sees it."""
    if judged.plan is None:
        return []
    names = {one["id"]: one["name"] for one in judged.plan.fields["classes"]}
    views: list[dict[str, Any]] = []
    for number, item in enumerate(judged.plan.fields["agenda"]):
        for name, words in names.items():
            papers = [one["id"] for one in item["contests"] if name in one["voters"]]
            if not papers:
                continue
            same = next((one for one in views if one["item"] == number and one["papers"] == papers), None)
            if same is not None:
                same["classes"].append(words)
                continue
            views.append(
                {"key": f"{number}-{name}", "item": number, "class": name, "title": item["title"], "papers": papers,
                 "classes": [words]}
            )  # fmt: skip
    return views


def section_titles(draft: Draft) -> dict[str, str]:
    """Section → what a page calls it, for lists of mistakes."""
    titles = {"basics": t("会议", "Meeting"), "agenda": t("议题", "Agenda")}
    return {**titles, **{one["key"]: one.get("title") or t("议题", "item") for one in draft.content["items"]}}
