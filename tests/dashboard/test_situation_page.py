"""The printable situation page, as each of its readers gets it."""

from datetime import date
from html import unescape

import pytest
from django.urls import reverse

from apps.access import actions as access
from apps.accounts.levels import Sensitivity
from apps.geo.models import AdminArea
from apps.records.drafts import StatusDraft
from tests.factories import facts
from tests.factories.geo import load_squareland
from tests.factories.sources import DatasetFactory, SourceFactory

pytestmark = pytest.mark.django_db
DAYS = "?since=2024-11-27&until=2024-12-02"


@pytest.fixture
def visit(client, cast):
    """The page as text, for somebody."""

    def read(user=None, query=DAYS, slug="aleppo", status=200):
        if user is not None:
            client.force_login(user)
        response = client.get(reverse("dashboard:situation", args=[slug]) + query)
        assert response.status_code == status
        return " ".join(unescape(response.content.decode()).split())

    return read


def published(**changes):
    """A series of a source that releases on arrival."""
    return DatasetFactory(source=SourceFactory(releases_on_arrival=True, **changes))


class TestWhatItSays:
    def test_it_is_headed_by_the_crisis_and_its_local_days(self, visit):
        page = visit()
        assert "<h1>Aleppo</h1>" in page
        assert "27 November – 2 December 2024" in page
        assert "(Asia/Damascus)" in page

    def test_an_empty_page_says_why_it_is_empty(self, visit):
        page = visit()
        assert "No incident of these days has been released to the public." in page
        assert "That does not mean that they are open." in page
        assert "no figure given for these days" in page
        assert "There is no map" in page

    def test_stated_totals_stand_beside_events_and_are_never_added(self, visit, cast):
        facts.incident(
            dataset=published(name="Observatory"),
            crisis=cast.aleppo,
            title="Offensive: tolls",
            start_date=date(2024, 11, 27),
            end_date=date(2024, 11, 30),
            fields={"kind": "situation", "category": "battles", "subcategory": ""},
            claims=[
                facts.claim("killed", 300, "more_than", attributed_to="SOHR", scope="running_total",
                            counts_from=date(2024, 11, 27), as_of_date=date(2024, 11, 30)),
                facts.claim("killed", 27, attributed_to="UN", group="civilians", scope="period_total",
                            from_date=date(2024, 11, 27), to_date=date(2024, 11, 29)),
            ],
        )  # fmt: skip
        facts.incident(dataset=published(name="Observatory"), crisis=cast.aleppo, claims=[facts.claim("killed", 4)])
        page = visit()
        assert "> 300" in page
        assert "<b>SOHR</b>, since 27 November 2024, as of 30 November 2024" in page
        assert "civilians, <b>UN</b>, 27–29 November 2024" in page
        for sum_of_rivals in ("304", "327", "331", ">31<"):
            assert sum_of_rivals not in page

    def test_parts_stand_under_their_whole(self, visit, cast):
        claims = [
            facts.claim("killed", 10, attributed_to="UN", key="all"),
            facts.claim("killed", 6, attributed_to="UN", key="civilians", group="civilians", part_of_key="all"),
        ]
        facts.incident(dataset=published(), crisis=cast.aleppo, claims=claims)
        assert "of them civilians, <b>UN</b>" in visit()

    def test_of_rival_figures_the_one_used_is_marked(self, visit, cast):
        rivals = [facts.claim("killed", 4, attributed_to="A"), facts.claim("killed", 9, attributed_to="B")]
        facts.incident(dataset=published(), crisis=cast.aleppo, claims=rivals)
        assert visit().count("figure used") == 1

    def test_a_running_total_is_shown_as_it_stood_on_the_last_day(self, visit, cast):
        said = {"attributed_to": "Task Force", "scope": "running_total", "counts_from": date(2024, 11, 27)}
        facts.moved(
            dataset=published(),
            crisis=cast.aleppo,
            claims=[
                facts.claim("displaced", 14_000, key="first", as_of_date=date(2024, 11, 28), **said),
                facts.claim("displaced", 1_100_000, key="later", as_of_date=date(2024, 12, 12), **said),
            ],
        )
        page = visit()
        assert "14,000" in page
        assert "1,100,000" not in page
        assert "1,100,000" in visit(query="?since=2024-11-27&until=2024-12-13")

    def test_a_count_of_years_ago_is_told_with_its_day_and_to_be_confirmed_before_use(self, visit, cast):
        old = date(2022, 12, 31)
        facts.moved(
            dataset=published(),
            crisis=cast.aleppo,
            start_date=old,
            fields={"measure": "stock", "category": "idps"},
            claims=[facts.claim("idps", 7771, scope="stock", as_of_date=old)],
        )
        figures = visit().partition('id="key-figures"')[2].partition("</section>")[0]
        assert "7,771" in figures
        assert "as of 31 December 2022" in figures
        assert "confirm before use: past its time since" in figures

    def test_incidents_stand_under_their_day_with_place_and_code(self, visit, cast, now):
        load_squareland(now=now)
        facts.incident(
            dataset=published(name="Observatory"), crisis=cast.aleppo, location=(0.5, 0.5), place_name="Squareville"
        )
        page = visit()
        assert "Saturday 30 November 2024" in page
        assert "Squareville" in page
        assert '<span class="code">D-A</span>' in page
        assert "as published by Observatory" in page

    def test_rings_stand_for_records_known_no_finer_than_their_district(self, visit, cast, now):
        load_squareland(now=now)
        cast.aleppo.areas.set(AdminArea.objects.filter(pcode__in=["ZZ01", "ZZ02"]))
        facts.incident(
            dataset=published(), crisis=cast.aleppo, location_accuracy="adm2", area_code="D-A", location=None
        )
        page = visit()
        assert 'class="ring"' in page
        assert "(known to the district)" in page

    def test_the_map_draws_the_affected_areas_and_disclaims_boundaries(self, visit, cast, now):
        load_squareland(now=now)
        cast.aleppo.areas.set(AdminArea.objects.filter(pcode="ZZ01"))
        cast.aleppo.map_notes = "A note on names."
        cast.aleppo.save()
        page = visit()
        assert page.count("area--affected") == 1
        assert "do not imply official endorsement" in page
        assert "A note on names." in page
        assert "Boundaries: Surveyors of Squareland" in page

    def test_a_movement_says_where_from_as_far_as_the_reader_may_know(self, visit, cast, now):
        load_squareland(now=now)
        province = AdminArea.objects.get(pcode="ZZ02")
        facts.moved(
            dataset=published(),
            crisis=cast.aleppo,
            location=(0.5, 0.5),
            location_release="adm1",
            fields={"origin_name": "Canary mill", "origin_area": province, "origin_accuracy": "settlement"},
        )
        assert "from Area ZZ02 to" in visit()
        assert "Canary" not in visit()
        assert "from Canary mill to" in visit(cast.cora)

    def test_two_words_on_a_road_make_it_disputed_with_both_shown(self, visit, cast, now):
        road = facts.asset(type="road_segment", name="M5")
        status = facts.status(of=road, crisis=cast.aleppo, attributed_to="Drivers", value="closed", released=True)
        access.add_statement(
            status=status,
            draft=StatusDraft(key="un", value="open", attributed_to="UN convoy"),
            dataset=published(),
            by=None,
            now=now,
        )
        page = visit()
        assert "disputed" in page
        assert "<b>Drivers</b>: closed" in page
        assert "<b>UN convoy</b>: open" in page

    def test_a_closed_airport_is_an_access_constraint_with_the_reports_behind_it(self, visit, cast):
        status = facts.status(crisis=cast.aleppo, dataset=published(), attributed_to="Aviation authority")
        status.constraints.update(sensitivity=0, released_at=status.created_at)
        page = visit(cast.cora)
        constraints = page.partition('id="access"')[2]
        assert "Aleppo International Airport</a>: " in constraints
        assert "<b>Aviation authority</b>: closed, insecurity or hostilities" in constraints

    def test_every_series_is_credited_with_its_licence(self, visit, cast):
        facts.incident(
            dataset=DatasetFactory(
                source=SourceFactory(releases_on_arrival=True), name="Series", attribution="By A", licence="CC BY 4.0"
            ),
            crisis=cast.aleppo,
        )
        assert 'By A (Series). <span class="quiet">CC BY 4.0</span>' in visit()

    def test_the_word_verified_stands_beside_no_number(self, visit, cast):
        row = facts.incident(crisis=cast.aleppo, claims=[facts.claim("killed", 4)], released=True)
        type(row).objects.filter(pk=row.pk).update(verification="verified", basis="official_statement")
        page = visit()
        figures = page.partition('<table class="figures">')[2].partition("</table>")[0]
        assert "verified" in page
        assert "verified" not in figures


class TestWhoReadsWhat:
    def test_the_public_reads_what_is_released_and_nothing_else(self, visit, cast):
        facts.incident(crisis=cast.aleppo, title="Released canary", released=True)
        facts.incident(crisis=cast.aleppo, title="Waiting canary")
        page = visit()
        assert "Released canary" in page
        assert "Waiting canary" not in page
        assert '<p class="audience audience--public">Public</p>' in page

    def test_partners_read_what_waits_and_are_told_not_to_forward(self, visit, cast):
        facts.incident(crisis=cast.aleppo, title="Waiting canary")
        page = visit(cast.pavel)
        assert "Waiting canary" in page
        assert "not yet reviewed" in page
        assert "Partners only — do not forward" in page

    def test_a_system_administrator_reads_as_the_public_does(self, visit, cast):
        facts.incident(crisis=cast.aleppo, title="Waiting canary")
        assert "Waiting canary" not in visit(cast.sam)

    def test_a_coordinator_can_print_what_the_public_reads(self, visit, cast):
        facts.incident(crisis=cast.aleppo, title="Waiting canary")
        facts.incident(crisis=cast.aleppo, title="Kept canary", sensitivity=Sensitivity.CONFIDENTIAL)
        assert "Kept canary" in visit(cast.cora)
        page = visit(cast.cora, DAYS + "&audience=public")
        assert "canary" not in page
        assert '<p class="audience audience--public">' in page
        partners = visit(cast.cora, DAYS + "&audience=partners")
        assert "Waiting canary" in partners
        assert "Kept canary" not in partners

    def test_nobody_reads_more_by_asking_for_a_stricter_audience(self, visit, cast):
        facts.incident(crisis=cast.aleppo, title="Kept canary", sensitivity=Sensitivity.CONFIDENTIAL)
        assert "Kept canary" not in visit(cast.pavel, DAYS + "&audience=confidential")

    def test_an_exact_place_and_free_text_stay_with_those_who_may_know_them(self, visit, cast, now):
        load_squareland(now=now)
        facts.incident(
            crisis=cast.aleppo,
            title="Title canary",
            location=(0.51234, 0.51234),
            location_accuracy="point",
            location_release="adm2",
            place_name="Place canary",
            fields={"summary": "Summary canary"},
            claims=[facts.claim("killed", 4, excerpt="Excerpt canary")],
            released=True,
        )
        assert "canary" not in visit()
        assert "canary" not in visit(cast.pavel)
        full = visit(cast.cora)
        for each in ("Title", "Place", "Summary", "Excerpt"):
            assert f"{each} canary" in full

    def test_a_figure_stricter_than_its_record_is_for_the_cleared(self, visit, cast):
        claims = [facts.claim("killed", 4), facts.claim("killed", 7771, attributed_to="Held", sensitivity=3)]
        facts.incident(crisis=cast.aleppo, claims=claims, released=True)
        assert "7,771" not in visit()
        assert "7,771" not in visit(cast.pavel)
        assert "7,771" in visit(cast.cora)

    def test_a_sensitive_crisis_is_not_there_for_others(self, visit, cast):
        type(cast.aleppo).objects.filter(pk=cast.aleppo.pk).update(sensitivity=Sensitivity.PARTNERS)
        visit(status=404)
        visit(cast.pavel)

    def test_an_exercise_is_not_there_for_others(self, visit, cast):
        type(cast.aleppo).objects.filter(pk=cast.aleppo.pk).update(status="exercise")
        visit(status=404)
        assert "This is an exercise." in visit(cast.pavel)

    def test_another_crisis_stays_out(self, visit, cast):
        facts.incident(crisis=cast.darfur, title="Darfur canary", released=True)
        assert "Darfur canary" not in visit()


class TestAddresses:
    @pytest.mark.parametrize("query", ["?since=soon", "?since=2024-12-02&until=2024-12-01", "?audience=everybody"])
    def test_what_cannot_be_read_is_refused_with_what_is_allowed(self, visit, query):
        page = visit(query=query, status=400)
        assert "These days cannot be shown" in page or "There is no audience" in page
        assert "Show the usual days of this crisis" in page

    def test_a_crisis_that_is_not_there_is_not_found(self, visit):
        visit(slug="atlantis", status=404)

    def test_the_page_is_never_kept_by_shared_caches(self, client, cast):
        response = client.get(reverse("dashboard:situation", args=["aleppo"]))
        assert "private" in response["Cache-Control"]

    def test_arabic_readers_get_a_page_from_right_to_left(self, client, cast):
        response = client.get(reverse("dashboard:situation", args=["aleppo"]), headers={"accept-language": "ar"})
        page = response.content.decode()
        assert 'dir="rtl"' in page
        assert "<h1>حلب</h1>" in page

    def test_the_number_of_queries_does_not_grow_with_the_records(
        self, client, cast, django_assert_max_num_queries, now
    ):
        dataset = published()
        for number in range(12):
            facts.incident(dataset=dataset, crisis=cast.aleppo, claims=[facts.claim("killed", number)])
            facts.status(of=facts.asset(name=f"Airport {number}"), crisis=cast.aleppo, released=True)
        client.force_login(cast.cora)
        with django_assert_max_num_queries(60):
            client.get(reverse("dashboard:situation", args=["aleppo"]) + DAYS)
