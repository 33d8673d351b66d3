"""OurAirports' table, read by the names of its columns."""

from pathlib import Path

import pytest

from apps.connectors.ourairports import parse
from apps.core.payloads import Malformed

TABLE = (Path(__file__).parent / "payloads" / "airports.csv").read_bytes()
HEADER = TABLE.splitlines()[0]


def test_the_airports_of_one_country_are_read() -> None:
    parsed = parse.airports(TABLE, ["SY"])
    aleppo = next(airport for airport in parsed.items if airport.icao == "OSAP")

    assert len(parsed.items) == 39
    assert parsed.rejects == []
    assert parsed.is_complete
    assert (aleppo.key, aleppo.name, aleppo.type) == ("5302", "Aleppo International Airport", "airport")
    assert (aleppo.iata, aleppo.municipality, aleppo.region) == ("ALP", "Aleppo", "SY-HL")
    assert aleppo.location == pytest.approx((37.2244, 36.1807), abs=0.01)
    assert aleppo.elevation_ft == 1276


def test_the_code_of_namibia_is_a_country() -> None:
    parsed = parse.airports(TABLE, ["NA"])
    assert {airport.country for airport in parsed.items} == {"NA"}
    assert len(parsed.items) == 4


def test_heliports_are_helipads_and_seaplanes_land_at_airports() -> None:
    found = {airport.upstream_type: airport.type for airport in parse.airports(TABLE).items if not airport.is_closed}
    assert found == {
        "large_airport": "airport",
        "medium_airport": "airport",
        "small_airport": "airport",
        "seaplane_base": "airport",
        "heliport": "helipad",
    }


def test_closed_ones_stay_and_say_so() -> None:
    closed = {airport.name: airport for airport in parse.airports(TABLE).items if airport.is_closed}
    assert closed["Newport Hospital & Clinic Heliport"].type == "helipad"
    assert closed["Al Al Airport"].type == "airport"


def test_balloonports_are_left_out() -> None:
    parsed = parse.airports(TABLE, ["US"])
    assert all("Balloonport" not in airport.name for airport in parsed.items)
    assert parsed.rejects == []


def test_an_airport_below_the_sea_keeps_its_sign() -> None:
    assert min(airport.elevation_ft or 0 for airport in parse.airports(TABLE).items) < 0


def test_a_new_column_changes_nothing() -> None:
    lines = TABLE.decode().splitlines()
    wider = "\n".join(
        [lines[0].replace('"iata_code"', '"icao_code","iata_code"'), *(_with_icao(line) for line in lines[1:])]
    )
    before, after = parse.airports(TABLE).items, parse.airports(wider.encode()).items
    assert [airport.name for airport in after] == [airport.name for airport in before]
    assert [airport.iata for airport in after] == [airport.iata for airport in before]
    assert {airport.icao for airport in after} == {"ZZZZ"}


def _with_icao(line: str) -> str:
    """The row with a cell before the last five: none of these hold commas in the recorded rows."""
    cells = line.split(",")
    index = next(i for i, cell in enumerate(cells) if cell in ('"yes"', '"no"')) + 2
    return ",".join([*cells[:index], '"ZZZZ"', *cells[index:]])


@pytest.mark.parametrize(
    ("start", "reason"),
    [
        ('1,"A","small_airport","N",95,20', "Latitude 95 is out of range; latitude and longitude look swapped."),
        ('1,"A","small_airport","N",0,0', "Coordinates are 0/0."),
        ('1,"A","small_airport","N",,', "Longitude is missing."),
        ('1,"A","spaceport","N",36,37', "\"type\" 'spaceport' is not known."),
        ('x,"A","small_airport","N",36,37', '"id" is not a whole number.'),
        ('1,"A","small_airport","",36,37', '"name" is missing.'),
    ],
)
def test_a_bad_row_is_refused_with_a_reason(start: str, reason: str) -> None:
    parsed = parse.airports(HEADER + f'\n{start},,"AS","SY","SY-HL","M","no",,,,,,'.encode(), ["SY"])
    assert parsed.items == []
    assert [reject.reason for reject in parsed.rejects] == [reason]


def test_a_row_cut_before_its_country_is_refused_whosever_it_is() -> None:
    parsed = parse.airports(HEADER + b'\n1,"A","small_air"', ["SY"])
    assert [reject.reason for reject in parsed.rejects] == ["The row is cut short."]
    assert not parsed.is_complete


def test_a_table_that_lost_a_column_is_malformed() -> None:
    with pytest.raises(Malformed, match="lacks columns: iso_country"):
        parse.airports(TABLE.replace(b'"iso_country"', b'"country"', 1))
