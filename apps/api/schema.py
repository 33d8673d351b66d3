"""The schema of answers and parameters, made from the definitions that the answers themselves are made from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, extend_schema_view
from rest_framework import serializers

from apps.records.fields import Field
from apps.records.parameters import Parameter

TYPES: Mapping[str, Callable[..., serializers.Field[Any, Any, Any, Any]]] = {
    "text": serializers.CharField,
    "code": serializers.CharField,
    "id": serializers.UUIDField,
    "integer": serializers.IntegerField,
    "decimal": serializers.FloatField,
    "date": serializers.DateField,
    "moment": serializers.DateTimeField,
    "boolean": serializers.BooleanField,
    "texts": lambda **options: serializers.ListField(child=serializers.CharField(), **options),
    "labels": lambda **options: serializers.DictField(child=serializers.CharField(), **options),
    "point": lambda **options: serializers.ListField(child=serializers.FloatField(), **options),
    "object": serializers.DictField,
}


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One refused parameter."""

    parameter = serializers.CharField()
    detail = serializers.CharField()
    allowed = serializers.ListField(child=serializers.CharField())


class ProblemSerializer(serializers.Serializer[Any]):
    """An RFC 9457 problem."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    rule = serializers.CharField(required=False, help_text="The rule that forbids a sum.")
    errors = ProblemErrorSerializer(many=True, required=False)  # type: ignore[assignment]


def row(name: str, fields: Iterable[Field], **more: Any) -> type[serializers.Serializer[Any]]:
    """A serializer class that describes a flat row; answers are not run through it."""
    described = {field.name: _described(field) for field in fields} | more
    return type(f"{name}Serializer", (serializers.Serializer,), {**described, "__doc__": f"One row of {name}."})


def _described(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    text = field.help + (f" One of: {', '.join(field.choices)}; v1 may add to them." if field.choices else "")
    return TYPES[field.type](help_text=text.strip(), allow_null=True)


@cache
def page(name: str, item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer class of a page of rows."""
    return type(
        f"{name}PageSerializer",
        (serializers.Serializer,),
        {
            "results": item(many=True),
            "next": serializers.URLField(allow_null=True, help_text="The next page; null on the last."),
            "count": serializers.IntegerField(required=False, help_text="Only with count=exact."),
            "known_at": serializers.CharField(required=False, help_text="Only with known_at: asks for the same again."),
            "__doc__": f"A page of {name}.",
        },
    )


Answers = dict[tuple[int | str, str], Any]
JSON, GEOJSON, PROBLEM = "application/json", "application/geo+json", "application/problem+json"


@cache
def feature(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer class of one row as a GeoJSON feature."""
    name = item.__name__.removesuffix("Serializer")
    return type(
        f"{name}FeatureSerializer",
        (serializers.Serializer,),
        {
            "type": serializers.CharField(help_text="Feature."),
            "id": serializers.CharField(),
            "geometry": serializers.DictField(allow_null=True, help_text="A geometry of RFC 7946."),
            "properties": serializers.DictField(help_text=f"The columns of {name}, without `location`."),
            "__doc__": f"One {name} as a GeoJSON feature.",
        },
    )


def collection(item: type[serializers.Serializer[Any]]) -> type[serializers.Serializer[Any]]:
    """The serializer class of a page as a GeoJSON collection."""
    name = item.__name__.removesuffix("Serializer")
    return type(
        f"{name}CollectionSerializer",
        (serializers.Serializer,),
        {
            "type": serializers.CharField(help_text="FeatureCollection."),
            "features": feature(item)(many=True),
            "next": serializers.URLField(allow_null=True),
            "count": serializers.IntegerField(required=False),
            "known_at": serializers.CharField(required=False),
            "__doc__": f"A page of {name} as GeoJSON.",
        },
    )


def describe_list(view: Any, tag: str, summary: str, item: type[serializers.Serializer[Any]]) -> None:
    """Describe a list view: a page of `item`, every parameter it takes."""
    answers: Answers = {(200, JSON): page(item.__name__.removesuffix("Serializer"), item)}
    if _has_geojson(view):
        answers[200, GEOJSON] = collection(item)
    _describe(view, f"{tag}_list", summary, answers, (*view.formats, *view.parameters()), tag)


def describe_detail(
    view: Any, tag: str, summary: str, item: type[serializers.Serializer[Any]], parameters: Iterable[Parameter] = ()
) -> None:
    """Describe the view of one row."""
    answers: Answers = {(200, JSON): item}
    if _has_geojson(view):
        answers[200, GEOJSON] = feature(item)
    _describe(view, f"{tag}_get", summary, answers, (*view.formats, *parameters), tag)


def describe_page(
    view: Any,
    tag: str,
    operation: str,
    summary: str,
    item: type[serializers.Serializer[Any]],
    parameters: Iterable[Parameter],
) -> None:
    """Describe a view of pages that hang on one row."""
    answers: Answers = {(200, JSON): page(item.__name__.removesuffix("Serializer"), item)}
    _describe(view, operation, summary, answers, (*view.formats, *parameters), tag)


def _has_geojson(view: Any) -> bool:
    return any(renderer.media_type == GEOJSON for renderer in view.renderer_classes)


def _describe(
    view: Any,
    operation: str,
    summary: str,
    answers: Answers,
    parameters: Iterable[Parameter],
    tag: str,
) -> None:
    refused = OpenApiResponse(ProblemSerializer, "A problem: what was refused and what is allowed.")
    documented = extend_schema(
        operation_id=operation,
        summary=summary,
        tags=[tag],
        parameters=[_parameter(each) for each in parameters],
        responses={**answers, ("4XX", PROBLEM): refused},
    )
    extend_schema_view(get=documented)(view)


def _parameter(parameter: Parameter) -> OpenApiParameter:
    # As an example of the schema's own it would stand in every field of the page, and narrow what is tried there.
    shape = {name: value for name, value in parameter.schema.items() if name != "example"}
    example = f" For example {parameter.schema['example']}." if "example" in parameter.schema else ""
    return OpenApiParameter(
        name=parameter.name,
        type=shape or OpenApiTypes.STR,
        location=OpenApiParameter.QUERY,
        description=parameter.help + example,
    )
