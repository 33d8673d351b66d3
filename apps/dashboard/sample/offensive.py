"""The north-west of Syria, 27 to 30 November 2024: the situation, its events, and the totals stated of it.

From the wire report of 30 November 2024 in paraphrases. The report gives days; the hours at which facts become known
here are ours, chosen within the day so that they stand in order.
"""

from datetime import date, datetime
from typing import Any

from apps.dashboard.sample.crises import crisis
from apps.dashboard.sample.people import person
from apps.dashboard.sample.publishers import OWN, SOHR, UN, WIRE, series
from apps.dashboard.sample.quoting import figure, join, publish, wire_report
from apps.incidents import actions as incidents
from apps.incidents.actions import IncidentDraft, Party
from apps.incidents.models import Incident
from apps.records.drafts import ClaimDraft
from apps.records.vocabularies import Basis

BEGAN = date(2024, 11, 27)
SITUATION = "situation-aleppo-idleb-2024-11-27"
# Between the two governorates: a place for the drawing, not where anything happened.
BETWEEN = (36.88, 36.04)
GOVERNORATES = "Aleppo and Idleb governorates"
ALEPPO = (37.16, 36.20)
OBSERVATORY = "Syrian Observatory for Human Rights (SOHR)"
COORDINATOR = "UN deputy regional humanitarian coordinator"


def open_situation(now: datetime) -> str:
    """27 November: the office opens a situation, which will hold the events and the totals."""
    situation = _situation_until(BEGAN, now)
    reason = "The United Nations and the Observatory speak of it independently of each other."
    publish(situation, basis=Basis.TWO_INDEPENDENT_SOURCES, reason=reason, now=now)
    return situation.title


def extend_situation(now: datetime) -> str:
    """It goes on: the situation reaches until the day of `now` in Syria."""
    return f"until {_situation_until(now.date(), now).end_date}"


def state_civilian_deaths(now: datetime) -> str:
    """29 November: a total of three days, stated by the United Nations."""
    claim = figure(
        key="un-civilians-killed-27-29-november",
        metric="killed",
        group="civilians",
        number=27,
        speaker=COORDINATOR,
        paraphrase="27 civilians were killed within three days, children among them.",
        said_at=now,
        scope="period_total",
        from_date=BEGAN,
        to_date=date(2024, 11, 29),
    )
    return _state(UN, [claim], now)


def report_strikes(now: datetime) -> str:
    """30 November: air strikes with their casualties, and the first by Russia on Aleppo since 2016."""
    strikes = IncidentDraft(
        external_id="air-strikes-aleppo-idleb-2024-11-30",
        title="23 air strikes on Aleppo and nearby Idleb reported",
        start_date=date(2024, 11, 29),
        end_date=date(2024, 11, 30),
        time_precision="few_days",
        location=BETWEEN,
        location_accuracy="adm1",
        area_code="SYR",
        place_name="Aleppo and nearby Idleb",
        provider_area_name=GOVERNORATES,
        reported_at=now,
        how_known="compiled",
        fields={
            "category": "explosions",
            "subcategory": "air_drone_strike",
            "category_scheme": "acled",
            "summary": "Reported by the Observatory, with the casualties it counted.",
        },
        claims=tuple(_strike_figures(now)),
        document=wire_report(now),
    )
    first = IncidentDraft(
        external_id="air-strikes-aleppo-first-since-2016",
        title="Air strikes on Aleppo, the first by Russia since 2016 according to SOHR",
        start_date=date(2024, 11, 29),
        end_date=date(2024, 11, 30),
        time_precision="few_days",
        location=ALEPPO,
        location_accuracy="settlement",
        place_name="Aleppo",
        reported_at=now,
        how_known="compiled",
        fields={
            "category": "explosions",
            "subcategory": "air_drone_strike",
            "category_scheme": "acled",
            "summary": "Who carried the strikes out is the Observatory's statement. No figure is given.",
        },
        parties=(Party(name="Russian air force", role="reported_perpetrator"),),
        document=wire_report(now),
    )
    for draft in (strikes, first):
        _publish_event(draft, SOHR, now, reason="Stated publicly by the Observatory and quoted by the wire report.")
    return "air strikes"


def report_control(now: datetime) -> str:
    """30 November: who is reported in control of most of Aleppo, and the withdrawal that is reported with it."""
    control = IncidentDraft(
        external_id="reported-control-aleppo-2024-11-30",
        title="Non-State armed groups led by HTS reported in control of most of Aleppo, says a wire report",
        start_date=date(2024, 11, 29),
        end_date=date(2024, 11, 30),
        time_precision="few_days",
        location=ALEPPO,
        location_accuracy="settlement",
        place_name="Aleppo",
        reported_at=now,
        how_known="read",
        fields={
            "category": "battles",
            "subcategory": "non_state_actor_overtakes_territory",
            "category_scheme": "acled",
            "summary": "A report of control, with who says so; no line of control is drawn from it.",
        },
        parties=(Party(name="HTS and allied groups", role="reported_in_control"),),
        document=wire_report(now),
    )
    withdrawal = IncidentDraft(
        external_id="reported-withdrawal-aleppo-2024-11-30",
        title="Withdrawal of government forces from Aleppo reported",
        start_date=date(2024, 11, 30),
        end_date=date(2024, 11, 30),
        location=ALEPPO,
        location_accuracy="settlement",
        place_name="Aleppo",
        reported_at=now,
        how_known="read",
        fields={
            "category": "strategic_developments",
            "subcategory": "other_strategic",
            "category_scheme": "acled",
            "summary": "Reported by the wire report of 30 November 2024.",
        },
        parties=(Party(name="Syrian government forces", role="reported_withdrawing"),),
        document=wire_report(now),
    )
    for draft in (control, withdrawal):
        _publish_event(draft, WIRE, now, reason="The reports of control and of the withdrawal agree.")
    return "control and withdrawal"


def state_toll(now: datetime) -> str:
    """30 November: the Observatory's running total since the beginning, civilians within it."""
    running: dict[str, Any] = {
        "scope": "running_total",
        "counts_from": BEGAN,
        "as_of_date": date(2024, 11, 30),
        "said_at": now,
    }
    claims = [
        figure(
            key="sohr-killed-since-27-november",
            metric="killed",
            number=300,
            quantifier="more_than",
            speaker=OBSERVATORY,
            paraphrase="More than 300 people have been killed since the offensive began on 27 November.",
            **running,
        ),
        figure(
            key="sohr-civilians-killed-since-27-november",
            metric="killed",
            group="civilians",
            number=20,
            quantifier="at_least",
            part_of_key="sohr-killed-since-27-november",
            speaker=OBSERVATORY,
            paraphrase="At least 20 of those killed since 27 November were civilians.",
            **running,
        ),
    ]
    return _state(SOHR, claims, now)


def situation() -> Incident:
    """The situation as it stands."""
    return Incident.objects.get(source__slug=OWN, external_id=SITUATION)


def _situation_until(day: date, now: datetime) -> Incident:
    standing: Incident | None = Incident.objects.filter(source__slug=OWN, external_id=SITUATION).first()
    if standing is not None and standing.end_date >= day:
        return standing
    draft = IncidentDraft(
        external_id=SITUATION,
        title="Offensive in Aleppo and Idleb governorates",
        start_date=BEGAN,
        end_date=day,
        location=BETWEEN,
        # Known to two governorates, which only the country holds.
        location_accuracy="adm1",
        area_code="SYR",
        place_name=GOVERNORATES,
        provider_area_name=GOVERNORATES,
        reported_at=now,
        how_known="compiled",
        fields={
            "kind": "situation",
            "category": "battles",
            "category_scheme": "acled",
            "summary": "Hostilities since 27 November 2024. Events and stated totals are joined to this situation.",
        },
    )
    return incidents.record(draft=draft, dataset=series(OWN), crisis=crisis("syria"), by=person("manager"), now=now)


def _strike_figures(now: datetime) -> list[ClaimDraft]:
    told: dict[str, Any] = {"speaker": OBSERVATORY, "said_at": now}
    deaths = "Four people were killed in the strikes, all of them civilians."
    return [
        figure(key="attacks", metric="attacks", number=23, unit="events",
               paraphrase="23 air strikes hit Aleppo and nearby parts of Idleb.", **told),
        figure(key="killed", metric="killed", number=4, paraphrase=deaths, **told),
        figure(key="killed-civilians", metric="killed", group="civilians", number=4, part_of_key="killed",
               paraphrase=deaths, **told),
        figure(key="injured", metric="injured", number=19,
               paraphrase="19 people were injured in the strikes.", **told),
    ]  # fmt: skip


def _publish_event(draft: IncidentDraft, publisher: str, now: datetime, *, reason: str) -> None:
    dataset = series(f"{publisher}-statements")
    event = incidents.record(draft=draft, dataset=dataset, crisis=crisis("syria"), by=person("manager"), now=now)
    join(event, situation(), now=now)
    publish(event, basis=Basis.OFFICIAL_STATEMENT, reason=reason, now=now)


def _state(publisher: str, claims: list[ClaimDraft], now: datetime) -> str:
    added = incidents.add_figures(
        incident=situation(),
        claims=claims,
        dataset=series(f"{publisher}-statements"),
        document=wire_report(now) if publisher == SOHR else None,
        by=person("manager"),
        now=now,
        reason=f"Stated by {claims[0].attributed_to}",
    )
    return f"{added} stated totals"
