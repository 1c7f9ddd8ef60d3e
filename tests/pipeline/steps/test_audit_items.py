"""A report of a large store shows what its lists name first; of a small one, all."""

from datetime import UTC, date, datetime
from functools import partial

from pipeline.records import LabelEvent
from pipeline.review.draw import permanent
from pipeline.steps.audit import audit
from pipeline.steps.audit_items import chosen
from pipeline.store import codebooks, labels
from pipeline.store.framing import Asked, framed

DAY = date(2020, 9, 6)


def test_what_cells_name_first_is_shown_first_and_the_rest_where_there_is_room(campaign):
    campaign.run("classify")
    congress, prices, youth = campaign.ids
    config = campaign.config
    with campaign.open() as store:
        with store.begin() as connection:
            codebooks.register(connection, "c", config.codebook.as_json())
            at = datetime(2020, 9, 6, tzinfo=UTC)
            said = [
                LabelEvent(each, "congress", value=False, reviewer="r1", at=at, codebook="c")
                for each in (prices, youth)
            ]
            labels.append(connection, said)
        result = audit(config, store, DAY)
        outlets = [outlet.id for outlet in config.outlets]
        with store.read() as connection:
            numbers = partial(permanent, config.review.seed)
            asked = Asked(result.model, result.codebook, outlets, config.codebook.ids, numbers)
            frame = framed(connection, asked, DAY).frame

    def names(at_most):
        return {frame.name(row) for row in chosen(frame, result, config.codebook.ids, at_most)}

    assert names(0) == set()
    assert names(2) == {
        congress,
        youth,
    }  # each is the first of a cell; what is left out no list names but that of its day
    assert names(3) == set(campaign.ids) == set(result.items)
    assert result.items[prices].rejected == {"congress"}
    assert result.items[congress].machine == {"congress"}
