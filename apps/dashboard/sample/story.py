"""The whole sample in the order in which it became known. A later step never has an earlier moment."""

from datetime import UTC, datetime

from apps.dashboard.sample import (
    actors,
    background,
    closures,
    crises,
    field_reports,
    ground,
    infrastructure,
    movements,
    offensive,
    people,
    publishers,
    sudan,
)
from apps.dashboard.sample.steps import Step


def _at(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


BEFORE = _at(2024, 11, 1, 8)

SETTING = (
    Step("people", BEFORE, people.load, ("people.py",)),
    Step("sources", BEFORE, publishers.load, ("publishers.py",)),
    Step("parties", BEFORE, actors.load, ("actors.py",)),
    Step(
        "countries of the world", BEFORE, ground.load_world, ("geo/countries.geojson.gz", "geo/undetermined.geojson.gz")
    ),
    Step(
        "Syria's boundaries",
        BEFORE,
        ground.load_syria,
        tuple(f"geo/{name}.geojson.gz" for name in (*ground.SYRIA_2015, *ground.SYRIA)),
    ),
    Step("Sudan's boundaries", BEFORE, ground.load_sudan, tuple(f"geo/{name}.geojson.gz" for name in ground.SUDAN)),
    Step("settlements", BEFORE, ground.load_settlements, ("geo/gazetteer.csv.gz",)),
    Step("crises", BEFORE, crises.load, ("crises.py",)),
)

BACKGROUND = (
    Step("airports", _at(2024, 11, 1, 9), background.load_airports, ("ourairports/airports.csv.gz",)),
    Step("roads and crossings", _at(2024, 11, 1, 9, 30), infrastructure.load, ("infrastructure.py",)),
    Step("conflict 2016 to 2019", _at(2024, 11, 1, 10), background.load_conflict, ("ucdp/ged_syria_2016_2019.csv.gz",)),
    Step("population and presence", _at(2024, 11, 1, 11), background.load_context, ("hapi",)),
    Step("returns", _at(2024, 11, 1, 12), background.load_returns, ("hapi",)),
    Step("alerts of 2019", _at(2024, 11, 1, 13), background.load_gdacs_of_2019, ("gdacs/rss_2019-12-30.xml.gz",)),
    Step(
        "earthquakes until 2024",
        _at(2024, 11, 1, 14),
        background.load_earthquakes_before,
        ("usgs/earthquakes_2024-11-01.json.gz",),
    ),
    Step("bulletin", _at(2024, 11, 1, 15), background.load_bulletin, ("news/bulletin.xml",)),
)

NORTH_WEST = (
    Step("27 November: the offensive", _at(2024, 11, 27, 19), offensive.open_situation, ("offensive.py",)),
    Step("28 November: displacement", _at(2024, 11, 28, 16), movements.report_displaced, ("movements.py",)),
    Step("28 November: it goes on", _at(2024, 11, 28, 20), offensive.extend_situation, ("offensive.py",)),
    Step("29 November: civilians killed", _at(2024, 11, 29, 15), offensive.state_civilian_deaths, ("offensive.py",)),
    Step("29 November: it goes on", _at(2024, 11, 29, 20), offensive.extend_situation, ("offensive.py",)),
    Step("30 November: air strikes", _at(2024, 11, 30, 9), offensive.report_strikes, ("offensive.py",)),
    Step("30 November: control", _at(2024, 11, 30, 12), offensive.report_control, ("offensive.py",)),
    Step("30 November: closures", _at(2024, 11, 30, 13), closures.report, ("closures.py",)),
    Step("30 November: crossings", _at(2024, 11, 30, 13, 30), closures.list_crossings, ("closures.py",)),
    Step("30 November: flight", _at(2024, 11, 30, 14), movements.report_flight, ("movements.py",)),
    Step("30 November: toll", _at(2024, 11, 30, 17, 30), offensive.state_toll, ("offensive.py",)),
    Step("30 November: it goes on", _at(2024, 11, 30, 18, 10), offensive.extend_situation, ("offensive.py",)),
    Step("1 December: a field report", _at(2024, 12, 1, 9), field_reports.report_queue, ("field_reports.py",)),
    Step("1 December: it is told twice", _at(2024, 12, 1, 10), field_reports.report_queue_again, ("field_reports.py",)),
    Step("2 December: a field report", _at(2024, 12, 2, 8), field_reports.report_families, ("field_reports.py",)),
    Step("2 December: a disputed status", _at(2024, 12, 2, 10), field_reports.report_bridge, ("field_reports.py",)),
)

AFTERWARDS = (
    Step("alerts of 2024", _at(2024, 12, 10, 12), background.load_gdacs_of_2024, ("gdacs/rss_2024-12-10.xml",)),
    Step("12 December: displacement", _at(2024, 12, 12, 16), movements.state_later_total, ("movements.py",)),
    Step(
        "displacement updates of 2025",
        _at(2025, 5, 9, 12),
        background.load_displacement_updates,
        ("idmc/idu_last_180_days.json.gz",),
    ),
    Step(
        "displacement by disasters",
        _at(2025, 5, 13, 12),
        background.load_disaster_displacement,
        ("idmc/gidd_disasters_sdn.json.gz", "idmc/gidd_disasters_syr.json.gz"),
    ),
    Step("Sudan: floods", _at(2025, 5, 13, 13), sudan.load, ("sudan.py", "idmc/gidd_disasters_sdn.json.gz")),
    Step(
        "earthquakes until 2025",
        _at(2025, 10, 30, 12),
        background.load_earthquakes_since,
        ("usgs/earthquakes_2025-10-30.json.gz",),
    ),
    Step("alerts of 2026", _at(2026, 9, 28, 12), background.load_gdacs_of_2026, ("gdacs/event_list_2026-09-28.json",)),
    Step(
        "earthquakes of 2026",
        _at(2026, 9, 28, 13),
        background.load_earthquakes_of_2026,
        ("usgs/earthquakes_2026-09-28.json",),
    ),
)

STORY = (*SETTING, *BACKGROUND, *NORTH_WEST, *AFTERWARDS)
