from dataclasses import replace

import pytest
from sqlalchemy import select

from crawlers.article import Learnt
from crawlers.source import Source
from pipeline.errors import StoreError
from pipeline.records import Outlet
from pipeline.store import articles, outlets
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


def test_articles_follow_their_source_to_another_outlet(province, put, make_article):
    web, log = Source("web", "Báo", "https://bao.example/", outlet="dai"), Source("log-bao-radio", "Nhật ký", "urn:x:y")
    with province.begin() as connection:
        outlets.add_log(connection, replace(log, outlet="bao"))
    moved, logged, other = put(make_article()), put(make_article(source_id=log.id)), put(make_article(source_id="phu"))
    with province.begin() as connection:
        outlets.sync(connection, [Outlet("dai", "Đài PTTH", "broadcaster")], [web])
    with province.read() as connection:
        found = {article.id: article.outlet for article in articles.stream(connection)}
        assert [article.id for article in articles.stream(connection, outlet="dai")] == [moved]
    assert found == {moved: "dai", logged: "bao", other: "bao"}
