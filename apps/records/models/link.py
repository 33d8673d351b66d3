"""Links between facts of any kind: no foreign key crosses the line between fact apps."""

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from apps.core.ids import uuid7
from apps.ledger.versioned import Versioned
from apps.records.vocabularies import Relation


class Link(Versioned):
    """One fact's relation to another: from `part_of` to, from `caused` to."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    from_kind = models.CharField(max_length=40)
    from_id = models.UUIDField()
    relation = models.CharField(max_length=20, choices=Relation.choices)
    to_kind = models.CharField(max_length=40)
    to_id = models.UUIDField()
    created_at = models.DateTimeField(editable=False)

    class Meta(Versioned.Meta):
        ordering: ClassVar[list[str]] = ["created_at", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_kind", "from_id", "relation", "to_kind", "to_id"], name="link_only_once"
            ),
            models.CheckConstraint(condition=~Q(from_id=F("to_id")), name="link_between_two_records"),
        ]
        indexes = [
            models.Index(fields=["from_kind", "from_id"], name="link_from"),
            models.Index(fields=["to_kind", "to_id"], name="link_to"),
        ]

    def __str__(self) -> str:
        return f"{self.from_kind} {self.get_relation_display()} {self.to_kind}"
