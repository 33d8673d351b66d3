"""Who is listened to in the demo: sources, the series they publish, and how far each may be passed on.

Reliability starts at "cannot be judged" for everybody. Only series whose method is published and checked get more.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from apps.accounts.actions import register_organisation
from apps.sources import actions
from apps.sources.models import Dataset, Redistribution, Reliability, Source

OWN = "own-reports"
WIRE = "wire-report"
SOHR, OCHA, UN, TASK_FORCE = "sohr", "ocha", "un-humanitarian-coordination", "idp-task-force"

DAY, WEEK = 1_440, 10_080


@dataclass(frozen=True, kw_only=True)
class Series:
    """One dataset of a publisher. `upstream` is the name its connector knows it by."""

    slug: str
    name: str
    counts: str
    licence: str
    attribution: str
    upstream: str = ""
    method: str = ""
    redistribution: str = Redistribution.ATTRIBUTION


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """One source with its series. `graded` gives a grade by group of metrics, where one can be defended."""

    slug: str
    name: str
    organisation: tuple[str, str]
    series: tuple[Series, ...]
    kind: str = Source.Kind.FEED
    connector: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    interval_minutes: int = DAY
    is_enabled: bool = True
    is_trusted: bool = False  # its records are released as they arrive
    homepage: str = ""
    graded: tuple[tuple[str, str], ...] = ()


FEEDS = (
    Publisher(
        slug="ucdp",
        name="Uppsala Conflict Data Program (UCDP)",
        organisation=("UCDP", "Uppsala Conflict Data Program, Uppsala University"),
        homepage="https://ucdp.uu.se/",
        connector="ucdp",
        options={"releases": ["25.1"], "country": "652", "since": "2016-01-01", "crisis": "syria"},
        interval_minutes=WEEK,
        is_trusted=True,
        graded=(("casualties", Reliability.B),),
        series=(
            Series(
                slug="ucdp-ged",
                name="UCDP Georeferenced Event Dataset",
                upstream="ged",
                counts=Dataset.Counts.EVENTS,
                licence="CC BY 4.0",
                attribution="UCDP Georeferenced Event Dataset, Uppsala University",
                method="Events with at least one death in organised violence, coded from news and reports.",
            ),
        ),
    ),
    Publisher(
        slug="gdacs",
        name="Global Disaster Alert and Coordination System (GDACS)",
        organisation=("GDACS", "Global Disaster Alert and Coordination System"),
        homepage="https://www.gdacs.org/",
        connector="gdacs",
        options={"feed": "list"},
        interval_minutes=30,
        is_trusted=True,
        series=(
            Series(
                slug="gdacs-events",
                name="GDACS events",
                upstream="events",
                counts=Dataset.Counts.EVENTS,
                licence="public domain",
                attribution="GDACS, European Union and United Nations",
                method="Alert levels computed from models of exposure and vulnerability.",
            ),
        ),
    ),
    Publisher(
        slug="usgs",
        name="U.S. Geological Survey (USGS)",
        organisation=("USGS", "U.S. Geological Survey"),
        homepage="https://earthquake.usgs.gov/",
        connector="usgs",
        options={"min_magnitude": 4.5, "days": 30},
        interval_minutes=30,
        is_trusted=True,
        series=(
            Series(
                slug="usgs-earthquakes",
                name="USGS earthquakes",
                upstream="earthquakes",
                counts=Dataset.Counts.EVENTS,
                licence="public domain",
                attribution="U.S. Geological Survey",
                redistribution=Redistribution.OPEN,
                method="Measured by seismic networks.",
            ),
        ),
    ),
    Publisher(
        slug="ourairports",
        name="OurAirports",
        organisation=("OurAirports", "OurAirports"),
        homepage="https://ourairports.com/",
        connector="ourairports",
        interval_minutes=WEEK,
        is_trusted=True,
        options={
            "countries": {
                "SY": "SYR",
                "SD": "SDN",
                "TR": "TUR",
                "LB": "LBN",
                "IQ": "IRQ",
                "JO": "JOR",
                "IL": "ISR",
                "TD": "TCD",
                "SS": "SSD",
                "ET": "ETH",
                "ER": "ERI",
                "EG": "EGY",
                "LY": "LBY",
                "CF": "CAF",
                "SA": "SAU",
            },
        },
        series=(
            Series(
                slug="ourairports-airports",
                name="OurAirports airports",
                upstream="airports",
                counts=Dataset.Counts.STATUS,
                licence="public domain",
                attribution="OurAirports",
                redistribution=Redistribution.OPEN,
            ),
        ),
    ),
    Publisher(
        slug="hapi",
        name="HDX Humanitarian API (HAPI)",
        organisation=("OCHA", "United Nations Office for the Coordination of Humanitarian Affairs"),
        homepage="https://hapi.humdata.org/",
        connector="hapi",
        options={
            "countries": ["SYR", "SDN", "SSD", "TCD", "CAF"],
            "themes": ["baseline-population", "operational-presence", "returnees"],
        },
        is_trusted=True,
        series=(
            Series(
                slug="hapi-population",
                name="Baseline population, through HAPI",
                upstream="baseline-population",
                counts=Dataset.Counts.CONTEXT,
                licence="CC BY-IGO",
                attribution="OCHA Common Operational Datasets, population statistics, through HDX HAPI",
            ),
            Series(
                slug="hapi-presence",
                name="Operational presence, through HAPI",
                upstream="operational-presence",
                counts=Dataset.Counts.CONTEXT,
                licence="CC BY-IGO",
                attribution="OCHA 3W, through HDX HAPI",
            ),
            Series(
                slug="hapi-returnees",
                name="Returnees, through HAPI",
                upstream="returnees",
                counts=Dataset.Counts.RETURNEES,
                licence="CC BY 4.0",
                attribution="UNHCR Refugee Statistics, through HDX HAPI",
            ),
        ),
    ),
    Publisher(
        slug="idmc",
        name="Internal Displacement Monitoring Centre (IDMC)",
        organisation=("IDMC", "Internal Displacement Monitoring Centre"),
        homepage="https://www.internal-displacement.org/",
        connector="idmc",
        options={"countries": []},
        is_trusted=True,
        graded=(("displacement", Reliability.B),),
        series=(
            Series(
                slug="idmc-idu",
                name="Internal displacement updates",
                upstream="idu",
                counts=Dataset.Counts.DISPLACEMENTS,
                licence="CC BY-IGO",
                attribution="Internal Displacement Monitoring Centre",
                method="Provisional figures of movements; figures may overlap.",
            ),
            Series(
                slug="idmc-gidd",
                name="Global Internal Displacement Database, disasters",
                upstream="gidd",
                counts=Dataset.Counts.DISPLACEMENTS,
                licence="CC BY-IGO",
                attribution="Internal Displacement Monitoring Centre",
                method="Movements by disaster and year, reviewed every year.",
            ),
        ),
    ),
    # The ground comes with the sample; asking for the boundaries of tomorrow is a person's decision.
    *(
        Publisher(
            slug=f"cod-ab-{country.lower()}",
            name=f"Administrative boundaries of {country} (COD-AB)",
            organisation=("OCHA", "United Nations Office for the Coordination of Humanitarian Affairs"),
            homepage="https://data.humdata.org/",
            connector="cod_ab",
            options={"iso3": iso3},
            interval_minutes=WEEK,
            is_enabled=False,
            series=(),
        )
        for country, iso3 in (("Syria", "SYR"), ("Sudan", "SDN"))
    ),
    Publisher(
        slug="sample-bulletin",
        name="OpenSitrep sample bulletin",
        organisation=("DEMO", "Demo coordination office"),
        kind=Source.Kind.NEWS,
        connector="news",
        options={"feeds": {"bulletin": "https://bulletin.example.org/feed.xml"}, "language": "en"},
        is_enabled=False,
        series=(),
    ),
)


def _quoted(slug: str, name: str, acronym: str, counts: str, **fields: Any) -> Publisher:
    """An organisation whose public statements are quoted, one series of statements each."""
    return Publisher(
        slug=slug,
        name=name,
        organisation=(acronym, name),
        kind=fields.pop("kind", Source.Kind.ORGANISATION),
        series=(
            Series(
                slug=f"{slug}-statements",
                name=f"Statements of {name}",
                counts=counts,
                licence=fields.pop("licence", "quoted in short paraphrases"),
                attribution=fields.pop("attribution", name),
                **fields,
            ),
        ),
    )


QUOTED = (
    _quoted(SOHR, "Syrian Observatory for Human Rights", "SOHR", Dataset.Counts.STATEMENTS),
    _quoted(OCHA, "United Nations Office for the Coordination of Humanitarian Affairs", "OCHA",
            Dataset.Counts.STATEMENTS),
    _quoted(UN, "United Nations deputy regional humanitarian coordinator for the Syria crisis", "UN",
            Dataset.Counts.STATEMENTS),
    _quoted(TASK_FORCE, "IDP Task Force", "IDP Task Force", Dataset.Counts.DISPLACEMENTS,
            attribution="IDP Task Force, through OCHA"),
    _quoted(WIRE, "Wire report of 30 November 2024", "", Dataset.Counts.STATEMENTS, kind=Source.Kind.NEWS,
            attribution="Wire report of 30 November 2024, paraphrased"),
)  # fmt: skip

OURS = Publisher(
    slug=OWN,
    name="Our own reports",
    organisation=("DEMO", "Demo coordination office"),
    kind=Source.Kind.OWN,
    series=(
        Series(
            slug=OWN,
            name="Our own reports",
            counts=Dataset.Counts.EVENTS,
            licence="CC BY 4.0",
            attribution="OpenSitrep demo",
        ),
    ),
)


def load(now: datetime) -> str:
    """Make the sources that are missing; what an administrator has changed since is left alone."""
    publishers = (*FEEDS, *QUOTED, OURS)
    for publisher in publishers:
        _register(publisher)
    return f"{len(publishers)} sources"


def series(slug: str) -> Dataset:
    """One of the datasets, with its source; quoted publishers have `<slug>-statements`."""
    return Dataset.objects.select_related("source").get(slug=slug)


def _register(publisher: Publisher) -> None:
    acronym, name = publisher.organisation
    source = actions.register_source(
        slug=publisher.slug,
        name=publisher.name,
        kind=publisher.kind,
        organisation=register_organisation(acronym=acronym, name=name) if acronym else None,
        homepage=publisher.homepage,
        connector=publisher.connector,
        options=publisher.options,
        is_enabled=publisher.is_enabled,
        releases_on_arrival=publisher.is_trusted,
        interval_minutes=publisher.interval_minutes,
    )
    for one in publisher.series:
        actions.register_dataset(
            slug=one.slug,
            source=source,
            name=one.name,
            upstream_name=one.upstream,
            counts=one.counts,
            method=one.method,
            licence=one.licence,
            attribution=one.attribution,
            redistribution=one.redistribution,
        )
    for group, grade in (("", Reliability.F), *publisher.graded):
        actions.grade_source(source=source, metric_group=group, grade=grade)
