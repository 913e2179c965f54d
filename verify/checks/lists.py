"""V07 and V09: what was published before the doors opened (keys, slips), and how the slips were used."""

from contextlib import suppress

from verify.case import Case
from verify.errors import Failed, Malformed
from verify.ledger import SlipTable, b64url_decode, parse_verifier_key
from verify.prose import Prose


def check_keys(case: Case) -> Prose:
    """V07: issuer keys that cannot betray a voter, the lists that entry 0 commits to, no key in two roles."""
    moduli = case.moduli
    _check_slip_roots(case)
    _check_distinct_keys(case)
    number = sum(len(page) for pages in moduli.values() for page in pages)
    return Prose(f"{number} 把签发密钥", f"{number} issuer keys")


def check_slips(case: Case) -> Prose:
    """V09. Slips ascend by id over the whole list."""
    slips, meeting = case.scan.slips, case.meeting
    if slips.first_disorder is not None:
        raise Failed(f"line {slips.first_disorder}: slips do not ascend by id, or one comes twice")
    for one in meeting["classes"]:
        listed, spare = _count_slips(slips, one["id"])
        reserve = meeting["reserve"].get(one["id"], 0)
        if spare != reserve:
            raise Failed(f"class {one['id']}: expected {reserve} reserve slips, got {spare}")
        if listed - spare != one["expected"]:
            raise Failed(f"class {one['id']}: expected {one['expected']} slips, got {listed - spare}")
    for committed in meeting["slips"]:
        listed, _ = _count_slips(slips, committed["class"])
        if committed["count"] != listed:
            raise Failed(f"class {committed['class']}: entry 0 says {committed['count']} slips, the list has {listed}")
    unknown = set(slips.classes) - {one["id"] for one in meeting["classes"]}
    if unknown:
        raise Failed(f"slips of class {min(unknown)}, which the meeting does not have")
    people = case.people  # follows every slip
    redeemed = sum(len(entry.value["slips"]) for entry in case.course.entries("booklet"))
    return Prose(
        f"{len(slips)} 张凭条，已换选票本 {redeemed} 张，补发 {people.replaced} 次",
        f"{len(slips)} slips, {redeemed} redeemed, {people.replaced} replaced",
    )


def _check_slip_roots(case: Case) -> None:
    slips = case.scan.slips
    for committed in case.meeting["slips"]:
        if slips.root(committed["class"]) != b64url_decode(committed["root"]):
            raise Failed(f"class {committed['class']}: the slips are not those that entry 0 commits to")


def _check_distinct_keys(case: Case) -> None:
    meeting = case.meeting
    keys = [meeting["ledger_key"], meeting["receipt_key"]]
    for box in meeting["boxes"]:
        keys += [box["key"], box["transport"]]
    raw = [b64url_decode(key) for key in keys]
    for text in meeting["witnesses"]["keys"]:
        with suppress(Malformed):  # V03 says so
            key = parse_verifier_key(text)
            raw += [key.public_key] if key.kind == "witness" else []
    if len(set(raw)) != len(raw):
        raise Failed("entry 0 uses one public key in two roles")


def _count_slips(slips: SlipTable, voter_class: str) -> tuple[int, int]:
    """All slips of a class, and how many of them are reserve."""
    if voter_class not in slips.classes:
        return 0, 0
    index = slips.classes.index(voter_class)
    reserve = sum(1 for one, spare in zip(slips.class_of, slips.reserve, strict=True) if one == index and spare)
    return slips.class_of.count(index), reserve
