"""How every route of the site is called. A route without a line here fails the walk, as does a line without a route.

To add a route, add one line to ROUTES:

    "v1:things": listed(),                      a list: every filter it knows is tried, with pages to the last
    "v1:thing": each("thing_id", Thing),        a detail: every row there is, seen or not
    "dashboard:page": once(),                   a page without arguments
    "dashboard:other": once({"q": PREFIX}),     … and with these queries

A filter of a list that refuses nonsense by naming what it takes is tried with all of that; any other filter needs a
line in VALUES.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

from django.contrib import admin
from django.urls import URLPattern, URLResolver, get_resolver, resolve, reverse

from apps.access.models import AccessConstraint, Asset, AssetStatus, StatusClaim
from apps.accounts.models import Organisation
from apps.crises.models import Actor, Crisis
from apps.displacement.models import Displacement, DisplacementClaim
from apps.geo.models import AdminArea, Place
from apps.incidents.models import CasualtyClaim, Incident
from apps.ledger.queries import latest_revision
from apps.records import kinds
from apps.records.parameters import known_token
from apps.sources.models import Dataset, Document, QuarantinedItem, Source
from apps.triage import tabs
from tests.visibility.people import Caller
from tests.visibility.world import PREFIX, SPOT, World

MOST_ROWS = 400
MOST_PAGES = 40
RECORDS = (Incident, Displacement, AccessConstraint, AssetStatus)
CLAIMS = (CasualtyClaim, DisplacementClaim, StatusClaim)


@dataclass(frozen=True)
class Call:
    """One request."""

    path: str
    query: Mapping[str, Any] | None = None
    method: str = "GET"


Way = Callable[[str, World, Caller], Iterable[Call]]


def keys(*models: Any, column: str = "pk", most: int = MOST_ROWS) -> list[Any]:
    """Keys of all rows, whoever may see them."""
    return [key for model in models for key in model._base_manager.values_list(column, flat=True)[:most]]


def once(*queries: Mapping[str, Any], method: str = "GET", **arguments: Any) -> Way:
    """A route without rows: by itself and with each of these queries."""

    def calls(name: str, world: World, caller: Caller) -> Iterator[Call]:
        for query in ({}, *queries):
            yield Call(reverse(name, kwargs=arguments or None), query, method)

    return calls


def each(argument: str, *models: Any, column: str = "pk", **more: Any) -> Way:
    """A route of one row: for every row there is, in formats by turns, and as it was known at the latest revision."""

    def calls(name: str, world: World, caller: Caller) -> Iterator[Call]:
        found = keys(*models, column=column)
        assert found, f"The world holds no row to ask {name} for."
        for place, key in enumerate(found):
            path = reverse(name, kwargs={argument: key, **more})
            yield Call(path)
            others = formats(path, name)[1:]
            # A format draws what it is given: each row is drawn in one other, and each other of several rows.
            yield from (Call(path, {"format": others[place % len(others)]}) for _one in others[:1])
            if models[0] in RECORDS:
                yield from (Call(path, {"known_at": token}) for token in _tokens(1))
        yield Call(path, {"nonsense": "1"})

    return calls


def formats(path: str, name: str) -> list[str]:
    """The formats a view of the API can answer in; none for a page."""
    view = getattr(resolve(path).func, "view_class", None)
    return [renderer.format for renderer in getattr(view, "renderer_classes", ())] if name.startswith("v1:") else []


def listed(*queries: Mapping[str, Any]) -> Way:
    """A list: every filter with every value, to the last page, in every format and order, and as it was known."""

    def calls(name: str, world: World, caller: Caller) -> Iterator[Call]:
        path = reverse(name)
        for query in ({}, *queries, {"limit": "1000"}, *({"format": each} for each in formats(path, name))):
            yield Call(path, query)
        yield Call(path, method="OPTIONS")
        yield Call(path, {"nonsense": "1"})
        view: Any = resolve(path).func.view_class  # type: ignore[attr-defined]
        for parameter in view.parameters():
            for value in values(parameter.name, path, caller):
                yield Call(path, {parameter.name: value, **ALONGSIDE.get(parameter.name, {})})
        yield from pages(path, caller)

    return calls


def pages(path: str, caller: Caller) -> Iterator[Call]:
    """Every page of twenty rows."""
    query = {"limit": "20"}
    for _page in range(MOST_PAGES):
        yield Call(path, query)
        answer = caller.client.get(path, query)
        following = answer.json().get("next") if answer.status_code == 200 else None
        if following is None:
            return
        query["cursor"] = following.split("cursor=")[1].split("&")[0]


def _tokens(most: int) -> list[str]:
    """Tokens of revisions spread over all there are."""
    last = latest_revision()
    return [known_token(last * part // most) for part in range(1, most + 1)]


def _ids() -> Iterator[str]:
    every = [str(key) for key in keys(*RECORDS, *CLAIMS, Asset, Document, Actor)]
    return (",".join(every[start : start + 400]) for start in range(0, len(every), 400))


ALONGSIDE: Mapping[str, Mapping[str, str]] = {"area": {"area_role": "any"}, "area_role": {"area": "D-A"}}
BOX = f"{SPOT[0] - 0.1},{SPOT[1] - 0.00001},{SPOT[0] + 0.5},{SPOT[1] + 0.00001}"
VALUES: Mapping[str, Callable[[], Iterable[Any]]] = {
    "limit": lambda: ["1"],
    "cursor": lambda: ["nonsense"],
    "known_at": lambda: ["2030-01-01T00:00:00Z", *_tokens(3)],
    "bbox": lambda: ["-180,-90,180,90", BOX],
    "area": lambda: ["ZZZ", "ZZ01", "D-A", "D-B"],
    "q": lambda: [PREFIX, "incident", "hidden"],
    "ids": _ids,
    "record": _ids,
    "since": lambda: ["2024-11-30", "2024-11-30T00:00:00Z"],
    "until": lambda: ["2024-11-30", "2024-12-01T00:00:00Z"],
    "updated_since": lambda: ["2024-12-02T12:00:00Z", "2020-01-01T00:00:00Z"],
    "published_until": lambda: ["2030-01-01T00:00:00Z"],
    "metric": lambda: ["killed", "displaced", "idps"],
    "country": lambda: ["ZZZ"],
    "lang": lambda: ["ar"],
}


def values(parameter: str, path: str, caller: Caller) -> list[Any]:
    """What to try a filter with: its line in VALUES, else all that it says it takes."""
    if parameter in VALUES:
        return list(VALUES[parameter]())
    refusal = caller.client.get(path, {parameter: "~", **ALONGSIDE.get(parameter, {})})
    if refusal.status_code in {401, 403}:
        return []
    problems = refusal.json().get("errors", []) if refusal.status_code == 400 else []
    allowed = [value for each in problems if each["parameter"] == parameter for value in each.get("allowed", [])]
    assert allowed, f"The walk does not know how to try {parameter}= of {path}: give it a line in VALUES."
    return [*allowed[:2], "~"]


def admin_page(model: Any) -> Iterator[tuple[str, Way]]:
    """The pages of one model in the administration. Rows of registries that hold no canary are tried in part."""
    base = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    own = model.__module__.startswith("apps.") and model._meta.app_label not in {"geo", "records"}

    def rows(page: str) -> Way:
        def calls(name: str, world: World, caller: Caller) -> Iterator[Call]:
            # Whoever is refused the list of a model is refused its rows: some are tried.
            is_refused = caller.client.get(reverse(f"{base}_changelist")).status_code != 200
            most = MOST_ROWS if own and page == "change" and not is_refused else 2
            for key in islice(keys(model, most=most), most):
                yield Call(reverse(name, args=[key]))
            yield Call(reverse(name, args=["0"]))

        return calls

    yield f"{base}_changelist", once({"q": PREFIX})
    yield f"{base}_add", once()
    for page in ("history", "delete", "change"):
        yield f"{base}_{page}", rows(page)
    yield f"admin/{model._meta.app_label}/{model._meta.model_name}/<path:object_id>/", nothing


def nothing(name: str, world: World, caller: Caller) -> Iterable[Call]:
    """A pattern that only sends on to a named route, which has a line of its own."""
    return ()


def autocompletes(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """What each field that searches as one types finds."""
    for model, page in admin.site._registry.items():
        for field in getattr(page, "autocomplete_fields", ()):
            query = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field}
            yield Call(reverse(name), {**query, "term": PREFIX})


def views_on_site(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """The link from an administration page to the site's."""
    yield Call(reverse(name, args=[1, keys(Incident)[0]]))


def app_lists(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """The index of each app."""
    for label in sorted({model._meta.app_label for model in admin.site._registry}):
        yield Call(reverse(name, args=[label]))


def receipts(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """Receipts of everybody's reports."""
    for kind, models in (("incident", [Incident]), ("displacement", [Displacement]), ("asset_status", [AssetStatus]),
                         ("statement", [StatusClaim]), ("nonsense", [Incident])):  # fmt: skip
        for key in keys(*models):
            yield Call(reverse(name, kwargs={"kind": kind, "report_id": key}))


def situations(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """The printed page of each crisis, for each audience."""
    for slug in [*keys(Crisis, column="slug"), "none"]:
        path = reverse(name, kwargs={"slug": slug})
        days = {"since": "2024-11-01", "until": "2024-12-31"}
        yield Call(path, days)
        yield Call(path, {"since": "nonsense"})
        for audience in ("public", "partners", "restricted", "confidential", "nonsense"):
            yield Call(path, {**days, "audience": audience})


def feed(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """The changes from the first to the last, a few at a time."""
    path = reverse(name)
    yield Call(path, {"since": "nonsense"})
    query = {"limit": "50"}
    for _page in range(MOST_PAGES):
        yield Call(path, query)
        told = caller.client.get(path, query).json()
        if not told["more"]:
            return
        query["since"] = told["cursor"]


def in_crises(**more: Any) -> Way:
    """A page of each crisis."""
    return lambda name, world, caller: [
        Call(reverse(name, kwargs={"slug": slug, **more})) for slug in keys(Crisis, column="slug")
    ]


NO_KEY = "01a20000-0000-7000-8000-000000000000"


def addresses(path: str) -> Way:
    """A pattern that has no name."""
    return lambda name, world, caller: [Call(path)]


def of_records(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """A page of each record there is, of whatever kind."""
    for kind in kinds.every():
        for key in keys(kind.record):
            yield Call(reverse(name, kwargs={"code": kind.resource, "record_id": key}))


def each_kind(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """A route of each record there is, by the code of its kind."""
    for kind in kinds.every():
        for key in keys(kind.record):
            yield Call(reverse(name, kwargs={"kind": kind.code, "pk": key}))


def benches(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """The workbench of each record there is, beside another, searched, with its history."""
    for kind in kinds.every():
        found = keys(kind.record)
        for key in found:
            path = reverse(name, kwargs={"kind": kind.code, "pk": key})
            yield Call(path, {"history": 1, "find": PREFIX, "beside": found[0], "tab": "duplicates"})


def queues(name: str, world: World, caller: Caller) -> Iterator[Call]:
    """Every list of the review queue, searched and ordered."""
    for tab in tabs.TABS:
        for query in ({}, {"q": PREFIX}, {"order": "harm"}, {"order": "oldest", "crisis": "aleppo"}):
            yield Call(reverse(name), {"tab": tab, **query})


# Signing in and out, which ends the walk's own session, is walked as nobody.
SESSION = ("account_logout", "admin:logout")
REPORT = [{"kind": kind, "crisis": "aleppo"} for kind in ("incident", "movement", "status")]

ROUTES: dict[str, Way] = {
    # pages
    "dashboard:map": once({"crisis": "aleppo"}),
    "dashboard:situation": situations,
    "dashboard:record": of_records,
    "dashboard:record-undo": of_records,
    "triage:queue": queues,
    "triage:workbench": benches,
    "triage:act": each_kind,
    "triage:bulk": once(),
    "triage:undo": once(),
    "triage:item": each("pk", QuarantinedItem),
    "dashboard:report": once(*REPORT),
    "dashboard:report-sent": receipts,
    # a crisis's people, for its coordinators
    "crises:members": in_crises(),
    "crises:change-member": in_crises(membership_id=1),
    "crises:add-organisation": in_crises(),
    "crises:invite": in_crises(),
    "crises:revoke-invitation": in_crises(invitation_id=NO_KEY),
    "crises:crisis-keys": in_crises(),
    "crises:revoke-crisis-key": in_crises(key_id=NO_KEY),
    "crises:audit": in_crises(),
    "crises:protocol": in_crises(),
    "crises:invitation": once(token="nonsense"),
    "crises:keys": once(),
    "crises:revoke-key": once(key_id=NO_KEY),
    # the API
    "v1:root": once(),
    "v1:incidents": listed(),
    "v1:incident": each("record_id", Incident),
    "v1:incident-history": each("record_id", Incident),
    "v1:displacement": listed(),
    "v1:displacement-detail": each("record_id", Displacement),
    "v1:displacement-detail-history": each("record_id", Displacement),
    "v1:access-constraints": listed(),
    "v1:access-constraint": each("record_id", AccessConstraint),
    "v1:access-constraint-history": each("record_id", AccessConstraint),
    "v1:asset-statuses": listed(),
    "v1:asset-status": each("record_id", AssetStatus),
    "v1:asset-status-history": each("record_id", AssetStatus),
    "v1:claims": listed(),
    "v1:claim": each("claim_id", *CLAIMS),
    "v1:summary": listed(),
    "v1:timeline": listed(),
    "v1:changes": feed,
    "v1:crises": listed(),
    "v1:crisis": each("slug", Crisis, column="slug"),
    "v1:assets": listed(),
    "v1:asset": each("asset_id", Asset),
    "v1:areas": listed(),
    "v1:area": each("code", AdminArea, column="pcode"),
    "v1:places": listed(),
    "v1:place": each("place_id", Place),
    "v1:actors": listed(),
    "v1:actor": each("actor_id", Actor),
    "v1:organisations": listed(),
    "v1:organisation": each("organisation_id", Organisation),
    "v1:vocabularies": once(),
    "v1:vocabulary": once(name="metrics"),
    "v1:sources": listed(),
    "v1:source": each("slug", Source, column="slug"),
    "v1:datasets": listed(),
    "v1:dataset": each("slug", Dataset, column="slug"),
    "v1:documents": listed(),
    "v1:document": each("document_id", Document),
    "schema": once(),
    "api-docs": once(),
    "^api/(?P<rest>.*)$": addresses("/api/nonsense"),
    "livez": once(),
    "readyz": once(),
    # the administration; each registered model's pages are added below
    "admin:index": once(),
    "admin:login": once(),
    "admin:logout": nothing,
    "admin:password_change": once(),
    "admin:password_change_done": once(),
    "admin:autocomplete": autocompletes,
    "admin:jsi18n": once(),
    "admin:view_on_site": views_on_site,
    "admin:app_list": app_lists,
    "admin:auth_user_password_change": addresses("/admin/accounts/user/1/password/"),
    "admin/(?P<url>.*)$": addresses("/admin/nonsense"),
    "set_language": once(),
    # one's own account
    "accounts:account": once(),
    "usersessions_list": once(),
    "account_login": once(),
    "account_logout": once(),
    "account_inactive": once(),
    "account_signup": once(),
    "account_reauthenticate": once(),
    "account_email": once(),
    "account_email_verification_sent": once(),
    "account_confirm_email": once(key="nonsense"),
    "account_change_password": once(),
    "account_set_password": once(),
    "account_reset_password": once(),
    "account_reset_password_done": once(),
    "account_reset_password_from_key": once(uidb36="1", key="nonsense"),
    "account_reset_password_from_key_done": once(),
    "account_confirm_login_code": once(),
    "mfa_index": once(),
    "mfa_authenticate": once(),
    "mfa_reauthenticate": once(),
    "mfa_activate_totp": once(),
    "mfa_deactivate_totp": once(),
    "mfa_view_recovery_codes": once(),
    "mfa_generate_recovery_codes": once(),
    "mfa_download_recovery_codes": once(),
}


def ways() -> dict[str, Way]:
    """Every line, those of the administration's models with them."""
    models = chain.from_iterable(admin_page(model) for model in admin.site._registry)
    return {**dict(models), **ROUTES}


def routes(resolver: Any = None, space: tuple[str, ...] = (), path: str = "") -> Iterator[str]:
    """The name of every route there is, with its namespace; of one without a name its pattern."""
    for pattern in (resolver or get_resolver()).url_patterns:
        whole = f"{path}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield ":".join((*space, pattern.name)) if pattern.name else whole
        elif isinstance(pattern, URLResolver):
            yield from routes(pattern, (*space, pattern.namespace) if pattern.namespace else space, whole)
