from datetime import date

from crawlers.article import Observation
from crawlers.reason import because
from pipeline.records import DayProof, Outlet
from pipeline.store import observations, outlets

DAY, NIGHT, NEXT = date(2020, 9, 20), date(2020, 9, 21), date(2020, 9, 22)
DOWN = because("listing_page", url="https://web.example/tin?p=3", why=because("answered", status=503))


def seen(source, reason=None, day=DAY):
    return Observation(source, day, reason is None, "listing", f"https://{source}.example/", reason)


def proofs(store, *nights, first=DAY, last=DAY):
    with store.begin() as connection:
        for night, *looks in nights:
            observations.save(connection, looks, night)
        return {(proof.outlet, proof.day): proof for proof in observations.day_proofs(connection, first, last)}


def test_outlet_day_is_proved_when_every_source_was(province):
    found = proofs(province, (NIGHT, seen("web"), seen("phu")))
    assert found["bao", DAY] == DayProof("bao", DAY, proved=True)


def test_sources_may_be_proved_on_different_nights(province):
    found = proofs(province, (NIGHT, seen("web"), seen("phu", DOWN)), (NEXT, seen("web", DOWN), seen("phu")))
    assert found["bao", DAY].proved


def test_newest_reason_of_an_unproved_source_is_given(province):
    found = proofs(province, (NIGHT, seen("web", because("unknown"))), (NEXT, seen("web", DOWN)))
    assert found["bao", DAY] == DayProof("bao", DAY, proved=False, reason=DOWN)


def test_nobody_looked_is_a_reason_of_its_own(province):
    found = proofs(province, (NIGHT, seen("web")))
    assert found["bao", DAY] == DayProof("bao", DAY, proved=False, reason=observations.NOT_LOOKED)
    assert found["dai", DAY] == DayProof("dai", DAY, proved=False, reason=observations.NOT_LOOKED)


def test_later_word_of_a_night_replaces_the_earlier(province):
    found = proofs(province, (NIGHT, seen("dai", DOWN)), (NIGHT, seen("dai")))
    assert found["dai", DAY].proved


def test_every_day_of_the_span_is_answered_in_order(province):
    found = proofs(province, (NEXT, seen("dai", day=NIGHT)), first=DAY, last=NEXT)
    assert list(found) == [(outlet, day) for outlet in ("bao", "dai") for day in (DAY, NIGHT, NEXT)]
    assert [found["dai", day].proved for day in (DAY, NIGHT, NEXT)] == [False, True, False]


def test_day_that_was_not_over_is_not_proved_by_what_a_night_claimed(province):
    found = proofs(province, (NIGHT, seen("dai", day=NIGHT)), first=NIGHT, last=NIGHT)
    assert found["dai", NIGHT] == DayProof("dai", NIGHT, proved=False, reason=observations.NOT_LOOKED)
    with province.read() as connection:
        assert observations.proved_days(connection, before=NEXT) == {}
    assert proofs(province, (NEXT, seen("dai", day=NIGHT)), first=NIGHT, last=NIGHT)["dai", NIGHT].proved


def test_source_that_left_the_campaign_is_not_waited_for(province):
    sources = [source for source in _sources() if source.id != "phu"]
    with province.begin() as connection:
        outlets.sync(connection, [Outlet("bao", "Báo", "newspaper")], sources[:1])
    found = proofs(province, (NIGHT, seen("web")))
    assert found == {("bao", DAY): DayProof("bao", DAY, proved=True)}


def _sources():
    from crawlers.source import Source

    return [Source("web", "Báo điện tử", "https://bao.example/", outlet="bao")]
