"""The lists of the queue, and what is done with several records at once."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.records.parameters import BadParameters, BadValue
from apps.records.vocabularies import Basis
from apps.triage import actions, reasons, tabs, words
from apps.triage.forms import BulkForm
from apps.triage.queries import lists
from apps.triage.queries.desk import Desk, Wanted, orders_of
from apps.triage.views.desk import bench_address, for_reviewers, leave, note_shown, pick_up, queue_address, wanted_of


@require_safe
@for_reviewers
def queue(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One list, narrowed and ordered as the address says."""
    wanted = wanted_of(request)
    try:
        counts = lists.counts(desk, wanted)
        listed = lists.page_of(desk, wanted, cursor=request.GET.get("cursor", ""))
    except (BadParameters, BadValue):
        # An address that was kept too long: the list it belongs to is still there.
        leave(request, refused=[_("That address no longer fits. This is the list without its filters.")])
        return redirect(queue_address(Wanted(tab=wanted.tab, crisis=wanted.crisis)))
    note_shown(desk, [row for each in listed.rows for row in getattr(each, "both", (each,))])
    return render(request, "triage/queue.html", _context(request, desk, wanted, counts, listed))


def _context(
    request: HttpRequest, desk: Desk, wanted: Wanted, counts: dict[str, int], listed: lists.Listed
) -> dict[str, Any]:
    return {
        "desk": desk,
        "wanted": wanted,
        "waiting_count": counts[tabs.REVIEW] if not wanted.is_narrowed and not wanted.crisis else None,
        "tabs": [
            {
                "code": tab,
                "label": words.TABS[tab],
                "count": counts[tab],
                "shown": f"{counts[tab]:,}",
                "to": queue_address(_in(wanted, tab)),
            }
            for tab in tabs.TABS
        ],
        "about": words.ABOUT[wanted.tab],
        "empty": words.EMPTY[wanted.tab],
        "rows": [_entry(row, wanted) for row in listed.rows],
        "next": f"{queue_address(wanted)}{'&' if wanted.address() else '?'}cursor={listed.cursor}"
        if listed.cursor
        else "",
        "without_filters": queue_address(Wanted(tab=wanted.tab, crisis=wanted.crisis)),
        "kinds": words.KINDS,
        "orders": {code: words.ORDERS[code] for code in orders_of(wanted.tab)},
        "sources": sorted(desk.names.sources.values(), key=lambda source: source["name"].lower()),
        "areas": desk.areas(wanted),
        "is_of_records": wanted.tab in tabs.OF_RECORDS,
        "bulk_acts": {act: words.ACTS[act] for act in actions.IN_BULK},
        "bases": Basis.choices,
        "reasons": list(
            dict.fromkeys(each for act in actions.IN_BULK for each in reasons.offered(request.session, act))
        ),
        "done": pick_up(request),
        "may_release": bool(desk.held.coordinates & desk.held.reviews),
    }


def _in(wanted: Wanted, tab: str) -> Wanted:
    """The same filters in another list, in its usual order where it does not know this one."""
    order = wanted.order if wanted.order in orders_of(tab) else orders_of(tab)[0]
    return Wanted(**{**vars(wanted), "tab": tab, "order": order})


def _entry(row: Any, wanted: Wanted) -> dict[str, Any]:
    """A row with where it leads."""
    if isinstance(row, lists.Pair):
        return {"pair": row, "to": bench_address(wanted, row.first.kind, row.first.id, row.second.id)}
    if isinstance(row, dict):
        return {"item": row}
    return {"row": row, "to": bench_address(wanted, row.kind, row.id)}


@require_POST
@for_reviewers
def bulk(request: HttpRequest, desk: Desk) -> HttpResponse:
    """One act on the records that were selected; back to the list, which tells what came of each."""
    wanted = wanted_of(request)
    form = BulkForm(request.POST, chosen=request.POST.getlist("record"))
    if not form.is_valid():
        leave(request, refused=[str(error) for errors in form.errors.values() for error in errors])
        return redirect(queue_address(wanted))
    said = form.cleaned_data
    rows = lists.records_of(desk, said["records"])
    deeds = [
        actions.Deed(said["act"], kind, record, said["reason"], version, {"basis": said["basis"]})
        for kind, record, version in rows
    ]
    outcomes = actions.settle_many(deeds=deeds, held=desk.held, by=desk.user, now=desk.now)
    gone = len(said["records"]) - len(rows)
    refused = [f"{each.title}: {each.said}" for each in outcomes if each.revision is None]
    if gone:
        refused.append(_("Records that no longer stand in this queue: %(count)s") % {"count": gone})
    revisions = [each.revision for each in outcomes if each.revision is not None]
    if revisions:
        reasons.remember(request.session, said["act"], said["reason"])
    leave(
        request,
        words=str(words.DONE[said["act"]]) if revisions else "",
        titles=[each.title for each in outcomes if each.revision is not None],
        revisions=revisions,
        refused=refused,
        back=queue_address(wanted),
    )
    return redirect(queue_address(wanted))
