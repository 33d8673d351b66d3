"""Facts in the admin: what everybody with a role in the crisis may look up, and its coordinators may correct.

Being staff opens the pages; what stands on them follows from roles in crises, here as everywhere else. A page shows a
record in full, so it lists only records whose exact place its reader may see.
"""

from functools import reduce
from operator import or_
from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.admin import HTTPS, MapAdmin, ReadOnlyAdmin, ReadOnlyInline
from apps.crises.clearance import Clearance, clearance
from apps.geo.models import AdminArea
from apps.records import kinds, reading, reviewing
from apps.records.amending import amend
from apps.records.documents import documents_seen
from apps.records.figures import spoken
from apps.records.meanwhile import ChangedMeanwhile, refuse_if_changed
from apps.records.models import (
    Link,
    LinkVersion,
    Metric,
    Redaction,
    SuspectedDuplicate,
    SuspectedDuplicateVersion,
    Term,
)
from apps.records.visibility import sees_exact, sees_ratings
from apps.records.vocabularies import Verification
from apps.sources.models import Document

# For coordinators of the record's crisis alone.
RATINGS = ("reported_by", "reporting_organisation", "released_by", "confirmed_by")


def held_by(request: HttpRequest) -> Clearance:
    """The reader's clearance, read once per request."""
    found = getattr(request, "_clearance", None)
    if found is None:
        found = request._clearance = clearance(request.user)  # type: ignore[attr-defined]
    return found


def person(request: HttpRequest) -> User:
    """The signed-in person."""
    assert isinstance(request.user, User)  # noqa: S101  the admin asks for a sign-in
    return request.user


class ByRole:
    """Permissions that follow from roles in crises, not from rights on tables."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        """All staff see that there are facts."""
        return bool(request.user.is_active and request.user.is_staff)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """`get_queryset` decides which."""
        return self.has_module_permission(request)


class FactForm(forms.ModelForm):  # type: ignore[type-arg]
    """A correction needs a reason: it stands in the history."""

    reason = forms.CharField(
        max_length=300, label=gettext_lazy("Why this change?"), help_text=gettext_lazy("Kept in the history.")
    )
    seen_version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.initial["seen_version"] = self.instance.version

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("verification") == Verification.VERIFIED and not cleaned.get("basis"):
            self.add_error("basis", _("Say what the verification rests on."))
        if cleaned.get("verification") != Verification.VERIFIED:
            cleaned["basis"] = ""
        try:
            refuse_if_changed(type(self.instance).objects.get(pk=self.instance.pk), cleaned.get("seen_version"))
        except ChangedMeanwhile as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return cleaned


class FactAdmin(ByRole, MapAdmin):
    """The base of every record's admin. Concrete classes give `own_fields`, `own_columns`, `own_filters`."""

    own_fields: tuple[str, ...] = ()
    own_columns: tuple[str, ...] = ()
    own_filters: tuple[str, ...] = ()
    form = FactForm
    formfield_overrides = HTTPS
    list_per_page = 50
    show_full_result_count = False
    search_fields = ("title", "external_id", "place_name")
    date_hierarchy = "start_date"
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("area",)
    actions = ("release", "remove")

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """The same first columns for every kind."""
        return ("title", "start_date", *self.own_columns, "place_name", "source", "verification", "audience")

    def get_list_filter(self, request: HttpRequest) -> tuple[str, ...]:
        """The same last filters for every kind."""
        return (*self.own_filters, "verification", "sensitivity", "crisis", "source")

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> list[Any]:
        """What, where, when, how it stands, where it comes from."""
        origin: tuple[str, ...] = (
            "crisis", "source", "dataset", "external_id", "url", "how_known", "reported_at", "created_at",
            "released_at",
        )  # fmt: skip
        if obj is not None and sees_ratings(held_by(request), obj.crisis_id):
            origin += RATINGS
        where = ("location", "location_accuracy", "area", "place_name", "location_release")
        return [
            (None, {"fields": ("title", *self.own_fields)}),
            (gettext_lazy("Where"), {"fields": where}),
            (gettext_lazy("When"), {"fields": ("start_date", "end_date", "started_at", "ended_at", "time_precision")}),
            (gettext_lazy("How it stands"), {"fields": ("verification", "basis", "sensitivity")}),
            (gettext_lazy("Where it comes from"), {"fields": origin, "classes": ("collapse",)}),
            *([(None, {"fields": ("reason", "seen_version")})] if self.has_change_permission(request, obj) else []),
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Provenance is never edited."""
        return (
            "crisis", "source", "dataset", "external_id", "url", "how_known", "reported_at", "created_at",
            "released_at", *RATINGS, *self.readonly_fields,
        )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Visible to this reader, with exact sight, without heavy columns."""
        held = held_by(request)
        seen = self.model._default_manager.visible_to(held).filter(sees_exact(held))
        return seen.select_related("crisis", "source", "dataset")  # type: ignore[no-any-return]

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """The record; reading a confidential one is noted."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            reading.note_record(kind=self.kind.code, record=row, by=request.user, now=timezone.now())
        return row

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list; those without a role in any crisis are told why it is short."""
        if not held_by(request).by_crisis:
            messages.info(request, _("Only released records are listed: you hold no role in any crisis."))
        return super().changelist_view(request, extra_context)  # type: ignore[no-any-return]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Facts come in through intake, the report form and the API, each with who says so."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Coordinators of the record's crisis."""
        held = held_by(request)
        return bool(held.coordinates) if obj is None else held.is_coordinator_of(obj.crisis_id)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing is destroyed: see the action Remove."""
        return False

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest | None, **kwargs: Any) -> Any:
        """Areas without their polygons."""
        if db_field.remote_field.model is AdminArea:
            kwargs["queryset"] = AdminArea.objects.light()
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Corrections are a revision with the person and the reason."""
        words = {"by": person(request), "now": timezone.now(), "reason": form.cleaned_data["reason"]}
        said = {"verification": obj.verification, "basis": obj.basis}
        # How it stands is a move of its own, with all that follows from it.
        for name in said:
            setattr(obj, name, form.initial.get(name, said[name]))
        amend(kind=self.kind, record=obj, expected_version=form.cleaned_data["seen_version"], **words)
        reviewing.verify(kind=self.kind, record=obj, **said, **words)

    @property
    def kind(self) -> kinds.Kind:
        """The registered kind of this model."""
        return next(kind for kind in kinds.every() if kind.record is self.model)

    @admin.action(description=gettext_lazy("Release to the public …"), permissions=["change"])
    def release(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask for the reason, then release."""
        return self._with_reason(request, queryset, "release", _("Release to the public"), reviewing.release)

    @admin.action(description=gettext_lazy("Remove, with a reason …"), permissions=["change"])
    def remove(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse | None:
        """Ask for the reason, then leave tombstones."""
        return self._with_reason(request, queryset, "remove", _("Remove"), reviewing.remove)

    def _with_reason(
        self, request: HttpRequest, queryset: QuerySet[Any], action: str, title: str, move: Any
    ) -> HttpResponse | None:
        """Two steps: a page that asks why, and the deed. Only on records of crises that the person coordinates."""
        rows = queryset.filter(crisis__in=held_by(request).coordinates)
        reason = request.POST.get("reason", "").strip()[:300]
        if request.POST.get("apply") and reason:
            outcomes = reviewing.review_many(
                kind=self.kind,
                records=list(self.model._default_manager.filter(pk__in=rows.values("pk"))),
                move=move,
                by=person(request),
                now=timezone.now(),
                reason=reason,
            )
            done = sum(outcome.done for outcome in outcomes)
            messages.success(request, _("%(title)s: %(count)s records.") % {"title": title, "count": done})
            for said in sorted({outcome.said for outcome in outcomes if not outcome.done}):
                messages.error(request, said)
            return None
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.model._meta,
            "rows": rows.order_by()[:100],
            "count": rows.count(),
            "left_out": queryset.count() - rows.count(),
            "action": action,
            "selected": request.POST.getlist(ACTION_CHECKBOX_NAME),
            "checkbox": ACTION_CHECKBOX_NAME,
        }
        return TemplateResponse(request, "admin/records/with_reason.html", context)


class ClaimInline(ReadOnlyInline):
    """Reported figures under their record, with who said them."""

    fk_name = "record"
    verbose_name: Any = gettext_lazy("reported figure")
    verbose_name_plural: Any = gettext_lazy("reported figures")
    fields: ClassVar[tuple[str, ...]] = (
        "metric", "figure", "group", "attributed_to", "scope", "status", "is_adopted", "is_held", "excerpt",
        "published_at",
    )  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may see the record; held ones only for the cleared."""
        return True

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """How credible a statement is stays with the coordinators."""
        if obj is not None and sees_ratings(held_by(request), obj.crisis_id):
            return (*self.fields, "credibility")
        return self.fields

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """All of them."""
        return self.get_fields(request, obj)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Only what this reader may see."""
        found: QuerySet[Any] = self.model._default_manager.visible_to(held_by(request)).select_related(
            *(field.name for field in self.model._meta.fields if field.name == "metric")
        )
        return found

    @admin.display(description=gettext_lazy("figure"))
    def figure(self, claim: Any) -> str:
        """As strong as it was said."""
        return spoken(claim.low, claim.best, claim.high, claim.quantifier)


class OfRecordsAdmin(ByRole, ReadOnlyAdmin):
    """Rows that belong to records (figures, statements, decisions) and past versions: for readers of the record."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Rows of records that this reader sees in full."""
        held = held_by(request)
        fields = {field.name for field in self.model._meta.fields}
        rows = self.model._default_manager.all()
        if "record" in fields:
            owner = self.model._meta.get_field("record").remote_field.model
            rows = rows.filter(record__in=_seen_in_full(owner, held))
        elif {"audience", "rev_to"} <= fields:
            rows = rows.filter(id__in=_seen_in_full(_live(self.model), held))
        if hasattr(rows, "visible_to"):
            rows = rows.visible_to(held)
        found: QuerySet[Any] = rows.select_related(
            *(name for name in ("source", "metric", "record", "by", "claim") if name in fields)
        )
        return found


def _seen_in_full(model: type[Model], held: Clearance) -> QuerySet[Any]:
    """Keys of the records that this reader sees in full."""
    seen: Any = model._default_manager
    found: QuerySet[Any] = seen.visible_to(held).filter(sees_exact(held)).values("pk")
    return found


def _live(version: type[Model]) -> Any:
    """The model whose past this one keeps."""
    return next(kind.record for kind in kinds.every() if f"{kind.record.__name__}Version" == version.__name__)


@admin.register(Metric)
class MetricAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """What figures count."""

    list_display = ("code", "__str__", "group", "unit", "is_summable", "is_harm", "position")
    list_filter = ("group", "unit", "is_summable")
    search_fields = ("code", "labels")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Figures stand on metrics."""
        return False


@admin.register(Term)
class TermAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Codes of the vocabularies that grow."""

    list_display = ("code", "vocabulary", "__str__", "scheme", "parent_code", "symbol", "position")
    list_filter = ("vocabulary", "scheme", "symbol")
    search_fields = ("code", "labels")


@admin.register(Link, LinkVersion)
class LinkAdmin(ByRole, ReadOnlyAdmin):
    """How facts hang together. A link says that both of its ends exist, so both must be seen."""

    list_display = ("from_kind", "from_id", "relation", "to_kind", "to_id", "created_at")
    list_filter = ("relation", "from_kind", "to_kind")
    search_fields = ("=from_id", "=to_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Links between records that this reader sees in full."""
        held, links = held_by(request), super().get_queryset(request)
        for end in ("from", "to"):
            links = _pointing_at_seen(links, held, f"{end}_kind", f"{end}_id")
        return links


@admin.register(SuspectedDuplicate, SuspectedDuplicateVersion)
class SuspectedDuplicateAdmin(ByRole, ReadOnlyAdmin):
    """Records that may tell of one thing. They are settled in the review queue."""

    list_display = ("kind", "first_id", "second_id", "score", "state", "found_at", "settled_by")
    list_filter = ("state", "kind")
    search_fields = ("=first_id", "=second_id")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Pairs of records that this reader sees in full."""
        held, pairs = held_by(request), super().get_queryset(request)
        for end in ("first_id", "second_id"):
            pairs = _pointing_at_seen(pairs, held, "kind", end)
        return pairs


@admin.register(Document)
class DocumentAdmin(ByRole, ReadOnlyAdmin):
    """What came in: its particulars. The bytes are not shown."""

    list_display = ("title", "source", "published_at", "fetched_at", "language")
    list_filter = ("source", "language")
    search_fields = ("title", "external_id", "url")
    exclude = ("raw", "run")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Document]:
        """Those behind records that this reader sees in full, without their bytes."""
        seen: QuerySet[Document] = documents_seen(held_by(request)).select_related("source", "dataset").defer("raw")
        return seen


@admin.register(Redaction)
class RedactionAdmin(ByRole, ReadOnlyAdmin):
    """What was destroyed, and why; never what stood there."""

    list_display = ("at", "kind", "record_id", "fields", "reason", "by")
    list_filter = ("kind",)
    search_fields = ("=record_id", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Of records that this reader sees in full."""
        return _pointing_at_seen(super().get_queryset(request), held_by(request), "kind", "record_id")


def _pointing_at_seen(rows: QuerySet[Any], held: Clearance, kind: str, key: str) -> QuerySet[Any]:
    """Rows whose kind and key point at a record that the reader sees in full."""
    seen = {each.code: _seen_in_full(each.record, held) for each in kinds.every()}
    return rows.filter(reduce(or_, [Q(**{kind: code, f"{key}__in": pks}) for code, pks in seen.items()]))
