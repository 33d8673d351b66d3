"""On the sample nothing adds what was stated to anything: no way out holds a number that only such a sum could make."""

import html
import re

import pytest

from apps.dashboard.sample.people import person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("north_west")]

# What SOHR's "more than 300", the UN's 27, the 20 civilians and the 4 of the strikes would come to, added up.
NEVER = {304, 305, 320, 321, 324, 325, 327, 328, 331, 332, 347, 348, 351, 352, 31, 47, 51}
DAYS = {"crisis": "syria", "since": "2024-11-27", "until": "2024-11-30"}
ANSWERS = [
    *((path, {"format": form}) for path in ("incidents", "displacement", "access-constraints", "asset-status")
      for form in ("json", "geojson")),
    ("claims", {}),
    ("summary", {}),
    ("summary", {"explain": "1"}),
    ("summary", {"explain": "1", "known_at": "2024-12-13T00:00:00Z"}),
    ("timeline", {}),
    ("timeline", {"step": "month"}),
]  # fmt: skip
PAGES = ["/?crisis=syria&since=2024-11-27&until=2024-11-30", "/crises/syria/?since=2024-11-27&until=2024-11-30"]


def numbers(answer):
    """Every whole number of a JSON answer, and every one written as a text of its own."""
    if isinstance(answer, dict | list):
        return {each for part in (answer.values() if isinstance(answer, dict) else answer) for each in numbers(part)}
    if isinstance(answer, str) and answer.isdecimal():
        return {int(answer)}
    return {answer} if isinstance(answer, int) and not isinstance(answer, bool) else set()


def words(page):
    """The numbers that a page says: without drawings, scripts and what stands inside tags."""
    seen = re.sub(r"(?s)<(svg|script|style)\b.*?</\1>", " ", page)
    text = html.unescape(re.sub(r"<[^>]*>", " ", seen))
    return {int(each.replace(",", "")) for each in re.findall(r"\d[\d,]*", text)}


@pytest.mark.parametrize("reader", [None, "coordinator"])
@pytest.mark.parametrize(("path", "more"), ANSWERS, ids=lambda part: str(part))
def test_no_answer_of_the_api_holds_one(client, reader, path, more):
    if reader:
        client.force_login(person(reader))
    answer = client.get(f"/api/v1/{path}", {**DAYS, **more})
    assert answer.status_code == 200, answer.content
    assert not numbers(answer.json()) & NEVER


@pytest.mark.parametrize("reader", [None, "coordinator"])
@pytest.mark.parametrize("page", PAGES)
def test_no_page_says_one(client, reader, page):
    if reader:
        client.force_login(person(reader))
    said = words(client.get(page).content.decode())
    assert {27, 2024} <= said or page.startswith("/?")
    assert not said & NEVER


def test_each_record_stays_free_of_them_in_its_detail(client):
    for row in client.get("/api/v1/incidents", DAYS).json()["results"]:
        assert not numbers(client.get(f"/api/v1/incidents/{row['id']}").json()) & NEVER


def test_what_was_stated_stands_beside_the_sum(client):
    killed = client.get("/api/v1/summary", {**DAYS, "explain": "1"}).json()["figures"][0]
    assert killed["code"] == "killed"
    said = {(each["low"], each["group"], each["attributed_to"].split(" (")[0]) for each in killed["stated"]}
    assert said == {
        (301, "all", "Syrian Observatory for Human Rights"),
        (20, "civilians", "Syrian Observatory for Human Rights"),
        (27, "civilians", "UN deputy regional humanitarian coordinator"),
    }
    assert [(each["best"], each["records"]) for each in killed["by_dataset"]] == [(4, 1)]
    apart = {each["rule"]: each["figures"] for each in killed["excluded"]}
    assert apart["totals_stand_apart"] == 3
