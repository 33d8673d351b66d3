"""What the API answers in these tests: a small, complete situation in its own words."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

STRIKE, CLASH, COARSE, OFFENSIVE = (f"01930000-0000-7000-8000-00000000000{n}" for n in range(1, 5))
AIRPORT, FLIGHT = "01930000-0000-7000-8000-00000000000a", "01930000-0000-7000-8000-00000000000b"

COMMON = {
    "version": 1,
    "time_precision": "day",
    "crisis": "aleppo",
    "adm0_pcode": "SY",
    "adm0_name": "Syrian Arab Republic",
    "adm1_pcode": "SY02",
    "adm1_name": "Aleppo",
    "place_name": "",
    "location_accuracy": "settlement",
    "verification": "unverified",
    "sensitivity": "public",
    "is_released": True,
    "licence": "CC BY-IGO",
    "attribution": "OCHA",
    "stale_after": None,
}


def feature(identifier: str, title: str, day: str, point: tuple[float, float] | None, **more: Any) -> dict[str, Any]:
    geometry = {"type": "Point", "coordinates": list(point)} if point else None
    own = {"id": identifier, "title": title, "start_date": day, "end_date": day, **more}
    return {"type": "Feature", "id": identifier, "geometry": geometry, "properties": {**COMMON, **own}}


ACLED = {"category_scheme": "acled", "kind": "event"}
AIR = {**ACLED, "category": "explosions", "category_label": "Explosions/Remote violence"}
BATTLE = {**ACLED, "category": "battles", "category_label": "Battles"}
KILLED = {"killed_low": 4, "killed_best": 4, "killed_high": 4, "killed_quantifier": "exact"}

RECORDS: dict[str, list[dict[str, Any]]] = {
    "incidents": [
        feature(STRIKE, "Air strikes on Idlib city", "2024-11-30", (36.63, 35.93), source_name="SOHR", **AIR, **KILLED),
        feature(
            CLASH,
            "Clashes near Khan Tuman",
            "2024-11-28",
            (37.05, 36.1),
            source_name="OCHA",
            verification="disputed",
            **BATTLE,
        ),
        feature(
            COARSE,
            "Clashes in Aleppo",
            "2024-11-29",
            (37.6, 36.3),
            source_name="UCDP GED",
            location_accuracy="adm1",
            **BATTLE,
        ),
        feature(
            OFFENSIVE,
            "Offensive in the north-west",
            "2024-11-27",
            (37.2, 36.2),
            location_accuracy="adm1",
            **{**BATTLE, "kind": "situation"},
        ),
    ],
    "displacement": [
        feature(
            FLIGHT,
            "Displacement from Aleppo",
            "2024-11-28",
            (37.16, 36.25),
            source_name="IDP Task Force",
            measure="flow",
            category="internal_displacements",
            category_label="Internal Displacements",
            metric="displaced",
            figure_low=14001,
            figure_best=None,
            figure_high=None,
            figure_quantifier="more_than",
            figure_unit="people",
        ),
    ],
    "asset-status": [
        feature(
            AIRPORT,
            "Aleppo airport",
            "2024-11-30",
            (37.224, 36.18),
            source_name="Logistics Cluster",
            location_accuracy="point",
            asset_name="Aleppo International Airport",
            asset_type="airport",
            applies_to="all",
            status="closed",
            is_disputed=False,
            observed_at="2024-11-30T10:00:00Z",
        ),
    ],
    "access-constraints": [],
}

SILENT = {
    "group": "all",
    "sex": "",
    "age_band": "",
    "part_of": None,
    "low": None,
    "best": None,
    "high": None,
    "unit": "people",
    "from_date": None,
    "to_date": None,
    "counts_from": None,
    "as_of_date": None,
    "excerpt": "",
    "is_paraphrase": False,
    "published_at": "2024-11-30T18:10:00Z",
    "how_known": "",
    "status": "current",
    "is_adopted": False,
    "url": None,
}
SINCE_27 = {"scope": "running_total", "counts_from": "2024-11-27", "as_of_date": "2024-11-30"}
SOHR = {"attributed_to": "SOHR", "source_name": "SOHR", "metric": "killed", "metric_label": "Killed"}
CLAIMS = [
    {
        **SILENT,
        **SOHR,
        **SINCE_27,
        "id": "a",
        "low": 301,
        "quantifier": "more_than",
        "is_adopted": True,
        "excerpt": "more than 300 killed",
    },
    {
        **SILENT,
        **SOHR,
        **SINCE_27,
        "id": "b",
        "low": 20,
        "quantifier": "at_least",
        "group": "civilians",
        "part_of": "a",
    },
    {
        **SILENT,
        **SOHR,
        "id": "c",
        "low": 27,
        "best": 27,
        "high": 27,
        "quantifier": "exact",
        "group": "civilians",
        "attributed_to": "UN",
        "scope": "period_total",
        "from_date": "2024-11-27",
        "to_date": "2024-11-29",
    },
]

SUMMARY = {
    "figures": [
        {
            "code": "killed",
            "label": "Killed",
            "low": 301,
            "best": None,
            "high": None,
            "stated": [CLAIMS[0], CLAIMS[2]],
            "events_sum": {"low": 3, "best": 4, "high": 6, "records": 1, "dataset": "own"},
            "by_dataset": [
                {
                    "low": 3,
                    "best": 4,
                    "high": 6,
                    "records": 1,
                    "dataset": "own",
                    "dataset_name": "Our own reports",
                    "stale_after": "2024-12-01T00:00:00Z",
                    "spanning": {"records": 2},
                }
            ],
            "previous": {
                "since": "2024-11-21",
                "until": "2024-11-26",
                "low": 9,
                "best": 9,
                "high": 9,
                "records": 2,
                "is_comparable": True,
                "difference_best": -5,
            },
            "excluded": [
                {
                    "rule": "totals_stand_apart",
                    "sentence": "A total as stated is added to nothing.",
                    "records": 2,
                    "figures": 2,
                }
            ],
            "explain": {
                "went_in": [
                    {"dataset": "own", "resource": "incidents", "records": 1, "figures": 1, "record_ids": [STRIKE]}
                ],
                "stayed_out": [],
            },
            "sources": 2,
            "newest": "2024-11-30",
        },
        {
            "code": "injured",
            "label": "Injured",
            "low": None,
            "best": None,
            "high": None,
            "stated": [],
            "events_sum": None,
            "sources": 0,
            "newest": None,
        },
    ],
    "access": {"airport": {"open": 0, "restricted": 0, "closed": 1, "disputed": 0, "unknown": 0}},
    "infrastructure": [
        {
            "type": "airport",
            "label": "airport",
            "open": 0,
            "restricted": 0,
            "closed": 1,
            "disputed": 0,
            "unknown": 0,
            "stale_after": "2024-12-01T00:00:00Z",
            "stale_records": 1,
        }
    ],
    "newest_information": "2024-11-30T18:10:00Z",
}

SQUARE = [[36.6, 35.8], [38.4, 35.8], [38.4, 36.8], [36.6, 36.8], [36.6, 35.8]]
AREAS = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "id": "SY02",
            "geometry": {"type": "Polygon", "coordinates": [SQUARE]},
            "properties": {"pcode": "SY02", "name": "Aleppo", "names": {"en": "Aleppo", "ar": "حلب"}, "level": 1},
        }
    ],
}


class Answers:
    """The API's side of the conversation. `broken` names resources that fail; `asked` keeps every request."""

    def __init__(self) -> None:
        self.broken: set[str] = set()
        self.asked: list[str] = []

    def count(self, resource: str) -> int:
        """How often the page asked for this list."""
        return sum(asked.startswith(f"/api/v1/{resource}?") for asked in self.asked)

    def fulfil(self, route: Any) -> None:
        """Answer one request of the page."""
        url = urlsplit(route.request.url)
        self.asked.append(f"{url.path}?{url.query}")
        query = {name: values[0] for name, values in parse_qs(url.query).items()}
        resource, _, identifier = url.path.removeprefix("/api/v1/").partition("/")
        if resource in self.broken:
            route.fulfill(status=503, content_type="application/problem+json", body="{}")
            return
        status, body = self.answer(resource, identifier, query)
        route.fulfill(status=status, content_type="application/json", body=json.dumps(body))

    def answer(self, resource: str, identifier: str, query: dict[str, str]) -> tuple[int, Any]:
        if resource == "summary":
            return 200, SUMMARY
        if resource == "areas":
            return 200, AREAS if query["level"] == "1" else {"type": "FeatureCollection", "features": []}
        if identifier:
            found = [each for each in RECORDS[resource] if each["id"] == identifier]
            if not found:
                return 404, {"title": "Not found", "detail": "No such record."}
            return 200, {**found[0]["properties"], "claims": CLAIMS, "links": [], "actors": []}
        since, until = query.get("since", ""), query.get("until", "9999")
        features = [each for each in RECORDS[resource] if since <= each["properties"]["start_date"] <= until]
        if "ids" in query:
            features = [each for each in features if each["id"] in query["ids"].split(",")]
        return 200, {"type": "FeatureCollection", "features": features, "next": None}
