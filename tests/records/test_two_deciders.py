"""Two coordinators at one question in the same moment, each in a transaction of their own."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from apps.incidents import actions as incidents
from apps.incidents.models import CasualtyClaim, CasualtyDecision
from apps.records import deciding
from apps.records.deciding import DecidedMeanwhile
from tests.factories import facts


@pytest.mark.django_db(transaction=True)
def test_one_choice_counts_and_the_other_person_is_told(cast, now):
    figures = [("A", 3, 1), ("B", 7, 4), ("C", 5, 4)]
    claims = [facts.claim("killed", number, attributed_to=who, credibility=c) for who, number, c in figures]
    row = facts.incident(crisis=cast.aleppo, claims=claims)
    seen = row.claims.get(is_adopted=True).pk
    ready, told = Barrier(2, timeout=30), {}

    def choose(number, by):
        try:
            claim = CasualtyClaim.objects.get(record=row, best=number)
            ready.wait()
            deciding.choose(kind=incidents.KIND, claim=claim, by=by, now=now, reason="Nearer to it", expected=seen)
            told[number] = None
        except DecidedMeanwhile as meanwhile:
            told[number] = meanwhile
        finally:
            connection.close()

    threads = [Thread(target=choose, args=pair) for pair in ((7, cast.cora), (5, cast.imran))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    (first,) = [number for number, said in told.items() if said is None]
    (second,) = [said for said in told.values() if said is not None]
    assert CasualtyDecision.objects.get().claim.best == first
    assert CasualtyClaim.objects.get(is_adopted=True).best == first
    assert (second.used.best, second.by) == (first, {7: cast.cora, 5: cast.imran}[first])
