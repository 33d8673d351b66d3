"""Taking back what was just done, and items that sources sent and nobody could take in."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.triage import actions, tabs
from apps.triage.forms import UndoForm
from apps.triage.queries import lists
from apps.triage.queries.desk import Desk, Wanted
from apps.triage.views.desk import for_reviewers, leave, queue_address, wanted_of

QUARANTINE = Wanted(tab=tabs.QUARANTINE)


@require_POST
@for_reviewers
def undo(request: HttpRequest, desk: Desk) -> HttpResponse:
    """Take back the revisions of an act; back to where it was done."""
    form = UndoForm(request.POST)
    if not form.is_valid():
        raise Http404
    revisions = form.cleaned_data["revisions"]
    outcomes = actions.take_back(
        revisions=revisions, held=desk.held, by=desk.user, now=desk.now, reason=_("Taken back at once.")
    )
    undone = [each.revision for each in outcomes if each.revision is not None]
    refused = list(dict.fromkeys(each.said for each in outcomes if each.revision is None))
    back = request.POST.get("back", "")
    leave(request, words=_("Taken back.") if undone else "", revisions=undone, refused=refused, is_undo=True)
    return redirect(back if back.startswith("/queue/") else queue_address(wanted_of(request)))


@require_http_methods(["GET", "HEAD", "POST"])
@for_reviewers
def item(request: HttpRequest, desk: Desk, pk: UUID) -> HttpResponse:
    """One item set aside: what it said, why it was refused; ask its source again, or say that nobody needs it."""
    found = lists.item_of(desk, pk)
    if found is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("act") == "retry":
            asked = actions.retry(item=found, by=desk.user, now=desk.now)
            said = _("The source is being asked again. Look in a minute.")
            refused = [] if asked else [_("This source is switched off, or is not fetched by us.")]
            leave(request, words=said if asked else "", refused=refused)
        else:
            actions.dismiss(item=found, by=desk.user, now=desk.now)
            leave(request, words=_("Dismissed. It stays in the record of its source."))
        return redirect(queue_address(QUARANTINE))
    context = {"item": found, "back": queue_address(QUARANTINE), "desk": desk}
    return render(request, "triage/item.html", context)
