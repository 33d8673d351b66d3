"""One record on the workbench: looked at, settled, and on to the next."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.levels import LocationRelease, Sensitivity
from apps.core.ids import uuid7
from apps.picture.facts import of_kind
from apps.records import permissions, reading
from apps.records.deciding import DecidedMeanwhile
from apps.records.meanwhile import ChangedMeanwhile
from apps.records.refusing import Refused
from apps.records.vocabularies import Basis
from apps.triage import actions, reasons, tabs, words
from apps.triage.forms import RANGES, ActForm
from apps.triage.queries import compare, conflicts, lists
from apps.triage.queries.desk import Desk, Wanted
from apps.triage.queries.workbench import Bench, bench_of, claims_of, history, record_of
from apps.triage.views.desk import (
    bench_address,
    body_of,
    for_reviewers,
    leave,
    note_shown,
    pick_up,
    queue_address,
    wanted_of,
)


@require_safe
@for_reviewers
def workbench(request: HttpRequest, desk: Desk, kind: str, pk: UUID) -> HttpResponse:
    """A record with everything that is said of it and everything that can be done; `?beside=` compares another."""
    bench = _bench(desk, kind, pk)
    return render(request, "triage/workbench.html", _context(request, desk, bench))


@require_POST
@for_reviewers
def act(request: HttpRequest, desk: Desk, kind: str, pk: UUID) -> HttpResponse:
    """Do one thing with the record, once; then the next of the list, or the same again with what stood in the way."""
    wanted, form = wanted_of(request), ActForm(request.POST)
    if not form.is_valid():
        return _again(request, desk, kind, pk, form, problems=_problems(form))
    said = form.cleaned_data
    token = str(said["token"])
    earlier = actions.answer_to(by=desk.user, token=token)
    if earlier is not None:
        return _onwards(request, desk, wanted, kind, pk, said, earlier, None)
    deed = _deed(desk, kind, pk, said)
    follows = lists.neighbours(desk, wanted, kind, pk, said["other"])[1]
    try:
        revision = actions.settle(
            deed=deed, held=desk.held, token=token, body_sha256=body_of(request), by=desk.user, now=desk.now
        )
    except (ChangedMeanwhile, DecidedMeanwhile) as meanwhile:
        conflict = conflicts.told(desk, deed, meanwhile)
        return _again(request, desk, kind, pk, form, conflict=conflict, status=HTTPStatus.CONFLICT)
    except Refused as refusal:
        return _again(request, desk, kind, pk, form, problems=[str(refusal)])
    reasons.remember(request.session, said["act"], said["reason"])
    return _onwards(request, desk, wanted, kind, pk, said, revision, follows, title=str(deed.record.title))


def _bench(desk: Desk, kind: str, pk: UUID) -> Bench:
    found = bench_of(desk, kind, pk)
    if found is None:
        raise Http404
    return found


def _deed(desk: Desk, kind: str, pk: UUID, said: dict[str, Any]) -> actions.Deed:
    """The act with the rows it speaks of, each looked up among what this person may see of this record."""
    resource = of_kind(kind)
    record = record_of(desk, resource, pk) if resource is not None else None
    if resource is None or record is None:
        raise Http404
    terms = {name: said.get(name) for name in ("basis", "sensitivity", "location_release", "low", "best", "high")}
    terms |= {name: said.get(name) for name in ("quantifier", "expected", "expected_decision")}
    if said["act"] in actions.FIGURES:
        claims = {claim.pk: claim for claim in claims_of(desk, resource.kind, pk)}
        terms["claim"] = claims.get(said["claim"])
        terms["claims"] = [claims[each] for each in said["claims"] if each in claims]
        terms["decision"] = conflicts.decision_of(resource.kind, pk, said["decision"])
        if (said["act"] in {"choose", "retract"} and terms["claim"] is None) or (
            said["act"] == "revoke" and terms["decision"] is None
        ):
            raise Http404
    elif said["act"] in actions.PAIRS:
        other = said["other"]
        terms["other"] = (
            conflicts.merged_of(desk, resource.kind, pk, other)
            if said["act"] == "unmerge"
            else record_of(desk, resource, other)
        )
        if terms["other"] is None:
            raise Http404
    return actions.Deed(said["act"], resource.kind, record, said["reason"], said["expected_version"], terms)


def _problems(form: ActForm) -> list[str]:
    return list(dict.fromkeys(str(error) for errors in form.errors.values() for error in errors))


def _onwards(
    request: HttpRequest, desk: Desk, wanted: Wanted, kind: str, pk: UUID, said: dict[str, Any], revision: int,
    follows: Any, *, title: str = "",
) -> HttpResponse:  # fmt: skip
    """To the next of the list; but stay while the record still waits for choices."""
    here = bench_address(wanted, kind, pk)
    if said["act"] == "merge":
        here = bench_address(wanted, kind, said["other"])
    leave(request, words=str(words.DONE[said["act"]]), revisions=[revision], titles=[title] if title else [], back=here)
    if said["act"] in actions.FIGURES and (wanted.tab != tabs.DIFFER or lists.still_waits(desk, wanted, kind, pk)):
        return redirect(here)
    if follows is None:
        return redirect(queue_address(wanted))
    return redirect(bench_address(wanted, *follows))


def _again(
    request: HttpRequest, desk: Desk, kind: str, pk: UUID, form: ActForm, *, problems: list[str] | None = None,
    conflict: Any = None, status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> HttpResponse:  # fmt: skip
    """The same page, with what stood in the way and what was typed."""
    bench = _bench(desk, kind, pk)
    context = _context(request, desk, bench) | {"problems": problems, "conflict": conflict}
    context["wish"] = words.ACTS.get(request.POST.get("act", ""), "")
    context["typed"] = {"act": request.POST.get("act", ""), "reason": request.POST.get("reason", "")}
    if conflict is not None:
        context["repeat"] = conflicts.repeated(request.POST, bench, conflict)
    return render(request, "triage/workbench.html", context, status=status)


@dataclass(frozen=True)
class ActChoice:
    """An act as the page offers it: its name, its key, what it asks for beside the reason."""

    code: str
    label: str
    key: str
    reasons: list[str]
    asks: str = ""


KEYS = {"verify": "v", "dispute": "d", "unverifiable": "u", "release": "r", "unrelease": "r", "merge": "m"}


def _acts(request: HttpRequest, desk: Desk, bench: Bench) -> list[ActChoice]:
    """What this person can do with the record as it stands, in the order of use."""
    record = bench.record
    verdicts = [code for code, state in actions.MOVES.items() if state != record.verification]
    may_release = permissions.may_release(desk.held, record)
    releasing = ["unrelease" if record.released_at else "release", "restrict"] if may_release else []
    confirming = ["confirm"] if record.stale_after or bench.row.kind != "incident" else []
    asks = {"verify": "basis", "restrict": "sensitivity"}
    return [
        ActChoice(code, str(words.ACTS[code]), KEYS.get(code, ""), reasons.offered(request.session, code),
                  asks.get(code, ""))
        for code in (*verdicts, *releasing, *confirming, "remove")
    ]  # fmt: skip


def _context(request: HttpRequest, desk: Desk, bench: Bench) -> dict[str, Any]:
    wanted = wanted_of(request)
    row = bench.row
    beside = _beside(request, desk, bench)
    before, after = lists.neighbours(desk, wanted, row.kind, row.id, beside["row"].id if beside else None)
    find = " ".join(request.GET.get("find", "").split())[:100]
    candidates = [] if beside else _candidates(desk, bench, wanted, find)
    reading.note_record(kind=row.kind, record=bench.record, by=desk.user, now=desk.now)
    note_shown(desk, [beside["row"]] if beside else [each["candidate"].row for each in candidates])
    return {
        "desk": desk,
        "wanted": wanted,
        "tab": words.TABS[wanted.tab],
        "bench": bench,
        "row": row,
        "record": bench.record,
        "zone": bench.zone,
        "kind_words": words.KINDS[row.kind],
        "acts": _acts(request, desk, bench),
        "act_to": f"{reverse('triage:act', args=[row.kind, row.id])}?{wanted.address()}",
        "here": bench_address(wanted, row.kind, row.id),
        "back": queue_address(wanted),
        "history": history(desk, bench) if request.GET.get("history") else None,
        "before": bench_address(wanted, *before) if before else "",
        "after": bench_address(wanted, *after) if after else "",
        "token": uuid7(),
        "bases": Basis.choices,
        "sensitivities": Sensitivity.choices,
        "releases": LocationRelease.choices,
        "ranges": [(each.value, each.label) for each in RANGES],
        "reasons": {code: reasons.offered(request.session, code) for code in (*actions.FIGURES, *actions.PAIRS)},
        "beside": beside,
        "candidates": candidates,
        "find": find,
        "done": pick_up(request),
    }


def _beside(request: HttpRequest, desk: Desk, bench: Bench) -> dict[str, Any] | None:
    """The record to compare with, line by line."""
    try:
        other = UUID(request.GET.get("beside", ""))
    except ValueError:
        return None
    found = lists.read_rows(desk, [(bench.row.kind, other)]).get((bench.row.kind, other))
    if found is None or other == bench.row.id:
        return None
    _score, why = compare.alike(desk, bench).get(other, (None, {}))
    return {
        "row": found,
        "lines": compare.lines(bench.row, found),
        "why": compare.why_alike(why),
        "swapped": bench_address(wanted_of(request), found.kind, found.id, bench.row.id),
    }


def _candidates(desk: Desk, bench: Bench, wanted: Wanted, find: str) -> list[dict[str, Any]]:
    """Records that may tell of the same thing, with the address that compares them."""
    found = compare.candidates(desk, bench, find)
    return [
        {"candidate": each, "to": bench_address(wanted, bench.row.kind, bench.row.id, each.row.id)} for each in found
    ]
