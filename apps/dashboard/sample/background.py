"""The background of the sample: recorded payloads through the connectors that fetch them in real life."""

from datetime import datetime

from apps.dashboard.sample.recordings import replay
from apps.sources.models import Source

UCDP_TABLE = "https://ucdp.uu.se/downloads/ged/ged_syria_2016_2019.csv.gz"
HAPI_TABLES = {
    "baseline-population": "population",
    "operational-presence": "operational_presence",
    "returnees": "returnees",
}


def load_airports(now: datetime) -> str:
    """Airports of Syria, Sudan and their neighbours."""
    source = _source("ourairports")
    return replay(source=source, now=now, recordings={"airports.csv": "ourairports/airports.csv.gz"}, **source.options)


def load_conflict(now: datetime) -> str:
    """UCDP's events of 2016 to 2019 in Syria: what the time control can roam."""
    recordings = {UCDP_TABLE: "ucdp/ged_syria_2016_2019.csv.gz"}
    return replay(source=_source("ucdp"), now=now, recordings=recordings, table=UCDP_TABLE, crisis="syria")


def load_context(now: datetime) -> str:
    """Population and presence of Sudan's neighbours."""
    return _hapi(now, ["TCD", "CAF"], "baseline-population", "operational-presence")


def load_returns(now: datetime) -> str:
    """People who returned to Syria and to Sudan, each in its crisis."""
    syria = _hapi(now, ["SYR"], "returnees", crisis="syria")
    return f"Syria {syria}; Sudan {_hapi(now, ['SDN'], 'returnees', crisis='sudan')}"


def load_disaster_displacement(now: datetime) -> str:
    """IDMC's yearly table for Syria and Sudan. Syria's disasters are not what its crisis is about."""
    told = []
    for iso3, country, slug in (("SYR", "Syria", ""), ("SDN", "Sudan", "sudan")):
        recordings = {"last-180-days": "", "gidd/disasters": f"idmc/gidd_disasters_{iso3.lower()}.json.gz"}
        outcome = replay(
            source=_source("idmc"), now=now, recordings=recordings, countries=[iso3], gidd=True, crisis=slug
        )
        told.append(f"{country} {outcome}")
    return "; ".join(told)


def load_displacement_updates(now: datetime) -> str:
    """IDMC's updates of one day, world-wide."""
    return replay(source=_source("idmc"), now=now, recordings={"last-180-days": "idmc/idu_last_180_days.json.gz"})


def load_gdacs_of_2019(now: datetime) -> str:
    """GDACS's feed of 30 December 2019."""
    return _gdacs(now, "rss_24h", "gdacs/rss_2019-12-30.xml.gz")


def load_gdacs_of_2024(now: datetime) -> str:
    """GDACS's feed of 10 December 2024."""
    return _gdacs(now, "rss", "gdacs/rss_2024-12-10.xml")


def load_gdacs_of_2026(now: datetime) -> str:
    """GDACS's list of 28 September 2026."""
    return _gdacs(now, "list", "gdacs/event_list_2026-09-28.json")


def load_earthquakes_before(now: datetime) -> str:
    """Earthquakes known by 1 November 2024."""
    return _usgs(now, "usgs/earthquakes_2024-11-01.json.gz")


def load_earthquakes_since(now: datetime) -> str:
    """Earthquakes of the year after."""
    return _usgs(now, "usgs/earthquakes_2025-10-30.json.gz")


def load_earthquakes_of_2026(now: datetime) -> str:
    """Earthquakes of 28 September 2026."""
    return _usgs(now, "usgs/earthquakes_2026-09-28.json")


def load_bulletin(now: datetime) -> str:
    """The sample's own news feed."""
    source = _source("sample-bulletin")
    return replay(source=source, now=now, recordings={"bulletin.example.org": "news/bulletin.xml"}, **source.options)


def _hapi(now: datetime, countries: list[str], *themes: str, **options: str) -> str:
    tables = {theme: f"https://data.humdata.org/hapi/{HAPI_TABLES[theme]}.csv" for theme in themes}
    recordings = {url: f"hapi/{HAPI_TABLES[theme]}.csv.gz" for theme, url in tables.items()}
    return replay(
        source=_source("hapi"),
        now=now,
        recordings=recordings,
        countries=countries,
        themes=list(themes),
        tables=tables,
        **options,
    )


def _gdacs(now: datetime, feed: str, name: str) -> str:
    # What became of events that have left the feed was not recorded.
    address = "geteventlist" if feed == "list" else f"xml/{feed}.xml"
    return replay(source=_source("gdacs"), now=now, recordings={address: name, "geteventdata": ""}, feed=feed)


def _usgs(now: datetime, name: str) -> str:
    return replay(source=_source("usgs"), now=now, recordings={"fdsnws/event/1/query": name}, min_magnitude=4.5)


def _source(slug: str) -> Source:
    return Source.objects.get(slug=slug)
