import pytest
from sqlalchemy import select

from crawlers.article import Learnt
from pipeline.errors import StoreError
from pipeline.records import Outlet
from pipeline.store import outlets
from pipeline.store.schema import outlets as table


def test_outlets_that_leave_the_campaign_stay_but_are_not_active(province):
    with province.begin() as connection:
        outlets.sync(connection, [Outlet("bao", "Báo Sơn Khê mới", "newspaper")], [])
        rows = connection.execute(select(table.c.id, table.c.name, table.c.active).order_by(table.c.id)).all()
    assert rows == [("bao", "Báo Sơn Khê mới", True), ("dai", "Đài PTTH", False)]


def test_learnt_routes_survive_synchronising(province):
    with province.begin() as connection:
        outlets.save_learnt(connection, Learnt("web", {"feeds": ["https://bao.example/rss"], "listings": []}))
    with province.begin() as connection:
        outlets.sync(connection, [], [])
    with province.read() as connection:
        assert outlets.learnt(connection) == {"web": {"feeds": ["https://bao.example/rss"], "listings": []}}


def test_learning_about_an_unknown_source_is_refused(province):
    with pytest.raises(StoreError, match="source nowhere: not in the store"), province.begin() as connection:
        outlets.save_learnt(connection, Learnt("nowhere", {}))
