"""Places: spellings in several scripts, search, idempotent loads."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.geo import actions
from apps.geo.drafts import PlaceDraft, Spelling
from apps.geo.folding import fold, is_arabic
from apps.geo.models import Place, PlaceName
from apps.geo.queries import find_places
from tests.factories.geo import load_squareland

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def settlement(key: str, name: str, ar: str = "", *others: str, **fields) -> PlaceDraft:
    names = {"en": name, "ar": ar} if ar else {"en": name}
    where = fields.pop("location", (0.5, 0.5))
    return PlaceDraft(
        "settlement", "gazetteer", key, names, where, spellings=tuple(Spelling(text) for text in others), **fields
    )


ALEPPO = settlement("1", "Aleppo", "حلب", "Halab", "Alep", "Ḩalab", country_iso3="SYR", population=2_000_000)
IDLIB = settlement("2", "Idlib", "إدلب", country_iso3="SYR", population=130_000)
DANA = settlement("3", "Ad Dānā", "الدانا", "Dana", country_iso3="SYR", location=(36.77, 36.21))
DANA_FAR = settlement("4", "Dana", "", country_iso3="ETH", location=(40.0, 9.0))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("إدلب", "ادلب"),
        ("معرّة مصرين", "معره مصرين"),
        ("نوى", "نوي"),
        ("حـلـب", "حلب"),
        ("کرمان", "كرمان"),
        ("Ḩalab", "halab"),
        ("A'zaz", "AZAZ"),
        ("I‘zāz", "Izaz"),
        ("Deir-ez-Zor", "deir  ez zor"),
        ("Iğdır", "igdir"),
    ],
)
def test_spellings_of_one_name_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text(max_size=300))
def test_folding_twice_is_folding_once_and_never_too_long(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert len(fold(text)) <= 200


def test_arabic_is_told_from_its_neighbours() -> None:
    assert is_arabic("حلب")
    assert not is_arabic("پاوه")
    assert not is_arabic("Aleppo")
    assert not is_arabic("")


@pytest.mark.django_db
class TestSearch:
    @pytest.fixture(autouse=True)
    def gazetteer(self) -> None:
        actions.load_places([ALEPPO, IDLIB, DANA, DANA_FAR])

    @pytest.mark.parametrize(
        ("text", "name"),
        [
            ("Aleppo", "Aleppo"),
            ("Halab", "Aleppo"),
            ("حلب", "Aleppo"),
            ("HALEB", "Aleppo"),
            ("Idlib", "Idlib"),
            ("Idleb", "Idlib"),
            ("ادلب", "Idlib"),
            ("Idl", "Idlib"),
        ],
    )
    def test_any_spelling_in_any_script_finds_the_place(self, text: str, name: str) -> None:
        assert find_places(text)[0].place.name_in("en") == name

    def test_the_match_tells_the_spelling_that_was_found(self) -> None:
        (match,) = find_places("ḥalab")
        assert match.spelling in {"Halab", "Ḩalab"}
        assert match.distance_km is None

    def test_the_closer_of_two_namesakes_comes_first(self) -> None:
        near_syria = find_places("Dana", near=(36.5, 36.0))
        near_ethiopia = find_places("Dana", near=(40.1, 9.1))
        assert [match.place.external_id for match in near_syria] == ["3", "4"]
        assert [match.place.external_id for match in near_ethiopia] == ["4", "3"]
        assert near_ethiopia[0].distance_km == pytest.approx(15.6, abs=0.5)

    def test_a_search_can_stay_in_one_country_and_be_cut_short(self) -> None:
        assert [match.place.external_id for match in find_places("Dana", country="ETH")] == ["4"]
        assert len(find_places("Dana", limit=1)) == 1

    @pytest.mark.parametrize("text", ["", "  ", "%", "_'--", "zzzzqqq"])
    def test_nothing_is_found_for_nothing(self, text: str) -> None:
        assert find_places(text) == []

    def test_a_second_run_changes_nothing(self) -> None:
        spellings = set(PlaceName.objects.values_list("pk", flat=True))
        outcome = actions.load_places([ALEPPO, IDLIB, DANA, DANA_FAR])
        assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 0, 4)
        assert set(PlaceName.objects.values_list("pk", flat=True)) == spellings

    def test_a_correction_updates_the_place_and_its_spellings(self) -> None:
        outcome = actions.load_places([settlement("2", "Idleb", "إدلب", "Edlib", country_iso3="SYR")])
        assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 0)
        place = Place.objects.get(external_id="2")
        assert (place.name_in("en"), place.population) == ("Idleb", None)
        assert set(place.spellings.values_list("text", flat=True)) == {"Idleb", "إدلب", "Edlib"}
        assert Place.objects.count() == 4


@pytest.mark.django_db
def test_a_place_lies_in_the_deepest_area_around_it_and_takes_its_country() -> None:
    load_squareland(now=NOW)
    actions.load_places([settlement("1", "Port", location=(2.5, 0.5), parent_pcode="ZZ02")])
    place = Place.objects.select_related("area").get()
    assert place.area is not None
    assert (place.area.pcode, place.country_iso3) == ("ZZ0101", "ZZZ")


@pytest.mark.django_db
def test_a_coded_parent_wins_over_a_location_outside_it() -> None:
    load_squareland(now=NOW)
    actions.load_places([settlement("1", "Port", location=(1.99, 0.5), parent_pcode="ZZ0101")])
    place = Place.objects.select_related("area").get()
    assert place.area is not None
    assert place.area.pcode == "ZZ0101"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        (settlement("1", "A", location=(200, 0)), "outside the globe"),
        (settlement("1", "A", location=(float("nan"), 0)), "not a number"),
        (settlement("", "A"), "no id"),
        (settlement("1", ""), "no name"),
        (settlement("1", "A", pcode="C1"), "scheme"),
        (PlaceDraft("castle", "s", "1", {"en": "A"}, (0, 0)), "kind"),
    ],
)
def test_an_unusable_place_is_refused(draft: PlaceDraft, reason: str) -> None:
    outcome = actions.load_places([draft, settlement("9", "Good")])
    assert [reason in refusal.reason for refusal in outcome.refused] == [True]
    assert outcome.created == 1


@pytest.mark.django_db
def test_an_id_that_comes_twice_is_refused_the_second_time() -> None:
    outcome = actions.load_places([settlement("1", "First"), settlement("1", "Second")])
    assert Place.objects.get().name_in("en") == "First"
    assert "twice" in outcome.refused[0].reason
