"""What a night took is in its run and in a file that Prometheus reads."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from pipeline.errors import PipelineError
from pipeline.steps.metrics import taken, text, written
from pipeline.steps.run import recorded

NIGHT = datetime(2020, 9, 6, 19, tzinfo=UTC)


def run(campaign, store, at, *, fails=False):
    with (
        written(campaign.config, store, pytest.fail),
        recorded(campaign.config, store, "nightly", {}, lambda: at) as counts,
    ):
        with taken(counts, "crawl"):
            sum(range(200_000))
        counts.update(new=3)
        if fails:
            raise PipelineError("no")


def test_metrics_of_a_failed_night_still_tell_of_the_last_good_one(campaign):
    text_of_config = campaign.file.read_text(encoding="utf-8")
    campaign.file.write_text(f'{text_of_config}\n[nightly]\nmetrics = "var/rasoat.prom"\n', encoding="utf-8")
    with campaign.open() as store:
        assert text(store) == ""
        run(campaign, store, NIGHT)
        with pytest.raises(PipelineError):
            run(campaign, store, NIGHT + timedelta(days=1), fails=True)
    lines = (campaign.folder / "var" / "rasoat.prom").read_text(encoding="utf-8").splitlines()
    values = dict(line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    assert values["rasoat_nightly_success"] == "0"
    assert values["rasoat_nightly_new"] == "3"
    assert float(values["rasoat_nightly_last_success_timestamp_seconds"]) == NIGHT.timestamp()
    assert float(values["rasoat_nightly_end_timestamp_seconds"]) == (NIGHT + timedelta(days=1)).timestamp()
    assert 0 <= float(values['rasoat_nightly_step_seconds{step="crawl"}']) < 60
    assert float(values['rasoat_nightly_step_peak_mebibytes{step="crawl"}']) > 10


def test_what_a_part_took_is_counted_where_it_fails():
    counts = Counter()
    with pytest.raises(ZeroDivisionError), taken(counts, "crawl"):
        raise ZeroDivisionError
    assert set(counts) == {"crawl_ms", "crawl_cpu_ms", "crawl_peak_mib"}
