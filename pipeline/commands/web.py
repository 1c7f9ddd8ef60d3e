"""Commands about the web page: to serve it, and who may use it."""

from __future__ import annotations

import secrets
import sys
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from crawlers.dates import LOCAL_TZ
from pipeline.console import BilingualCommand, BilingualGroup
from pipeline.errors import InputError, system_fault
from pipeline.readings import ROLES, Role
from pipeline.surface import JSON_OPTION, Surface

if TYPE_CHECKING:
    from pipeline.config import Config
    from pipeline.store import Store

NAME_ARGUMENT = click.argument("name", metavar="NAME")
ROLE_OPTION = click.option(
    "--role",
    type=click.Choice(ROLES),
    required=True,
    help="Vai trò: reader xem, reviewer gán nhãn, lead phân xử và huấn luyện, admin quản lý người dùng."
    " || Role: reader reads, reviewer labels, lead adjudicates and retrains, admin manages users.",
)
PASSWORD_OPTION = click.option(
    "--password-stdin",
    is_flag=True,
    help="Đọc mật khẩu từ dòng đầu của đầu vào chuẩn thay vì hỏi. || Read the password from standard input's first line.",
)
LABEL_OPTION = click.option(
    "--label", required=True, metavar="LABEL", help="Mã này dùng vào việc gì. || What the token is for."
)


@click.command(
    "serve",
    cls=BilingualCommand,
    help="Mở trang web rà soát cho đến khi nhấn Ctrl+C. || Serve the review pages until Ctrl+C.",
)
@click.option("--host", help="Địa chỉ; mặc định theo web.host. || Address; default: web.host.")
@click.option(
    "--port", type=click.IntRange(1, 65_535), help="Cổng; mặc định theo web.port. || Port; default: web.port."
)
@click.pass_obj
def serve(surface: Surface, host: str | None, port: int | None) -> None:
    """Serves the pages."""
    with surface.campaign() as (config, store):
        web = replace(config.web, host=host or config.web.host, port=port or config.web.port)
        try:
            _serve(surface, replace(config, web=web), store)
        except KeyboardInterrupt:  # uvicorn has let running requests end, then raises the signal again
            surface.speaker.note("Đã dừng.", "Stopped.")


def _serve(surface: Surface, config: Config, store: Store) -> None:
    try:
        from pipeline.web.address import address_of  # noqa: PLC0415 - an extra
        from pipeline.web.app import make_app  # noqa: PLC0415 - an extra
        from pipeline.web.server import listen, make_server  # noqa: PLC0415 - an extra
    except ModuleNotFoundError as error:
        raise InputError(
            f"the web page needs the extra `web` ({error.name} is missing): pip install 'rasoat[web]'",
            f"trang web cần phần bổ sung `web` (thiếu {error.name}): pip install 'rasoat[web]'",
        ) from error
    from pipeline.steps.users import list_users  # noqa: PLC0415

    address = address_of(config)
    app = make_app(config, store, now=surface.now, token=new_token)
    server = make_server(app, address, config.web.host, config.web.port)
    try:
        taken = listen(config.web.host, config.web.port)
    except OSError as error:
        en, vi = system_fault(error)
        raise InputError(
            f"web: {config.web.host}:{config.web.port} cannot be listened on: {en}; choose another with --port",
            f"web: không mở được {config.web.host}:{config.web.port}: {vi}; hãy chọn cổng khác bằng --port",
        ) from error
    surface.speaker.say(f"Rà soát: {address.home}  (Ctrl+C để dừng)", f"Rà soát: {address.home}  (Ctrl+C to stop)")
    if not any(each.user.removed is None for each in list_users(store)):
        surface.speaker.note(
            "Chưa có người dùng nào; thêm bằng: rasoat user add TÊN --role admin",
            "There are no users yet; add one: rasoat user add NAME --role admin",
        )
    server.run(sockets=[taken])


@click.group(cls=BilingualGroup, help="Người dùng trang web. || Users of the web page.")
def user() -> None:
    """Groups the commands about users."""


@user.command("add", help="Thêm người dùng; hỏi mật khẩu hai lần. || Add a user; asks for the password twice.")
@NAME_ARGUMENT
@ROLE_OPTION
@PASSWORD_OPTION
@click.option(
    "--again",
    is_flag=True,
    help="Tên đã từng dùng hoặc đã có nhãn, và đây vẫn là người đó. || The name was used or has labels, by the same person.",
)
@click.pass_obj
def add(surface: Surface, name: str, role: Role, password_stdin: bool, again: bool) -> None:  # noqa: FBT001
    """Adds a user."""
    from pipeline.steps.users import add_user  # noqa: PLC0415

    with surface.campaign(create=True) as (_, store):
        added = add_user(store, name, role, _password(surface, stdin=password_stdin), surface.now(), again=again)
    surface.speaker.say(f"Đã thêm {added.name} ({role}).", f"Added {added.name} ({role}).")


@user.command("list", help="Liệt kê người dùng. || List the users.")
@JSON_OPTION
@click.pass_obj
def list_(surface: Surface, as_json: bool) -> None:  # noqa: FBT001 - click's flag
    """Lists the users."""
    from pipeline.steps.users import list_users  # noqa: PLC0415

    with surface.campaign() as (_, store):
        found = list_users(store)
    if as_json:
        rows = [
            {"name": u.user.name, "role": u.user.role, "removed": u.user.removed, "tokens": u.tokens} for u in found
        ]
        surface.speaker.show_json(rows)
        return
    if not found:
        surface.speaker.say("Chưa có người dùng nào.", "There are no users.")
    width = max((len(each.user.name) for each in found), default=0)
    for each in found:
        since, gone = _day(surface, each.user.created), each.user.removed
        left = f"  {surface.speaker.t('đã xóa', 'removed')} {_day(surface, gone)}" if gone else ""
        tokens = f"  {surface.speaker.t('mã', 'tokens')}: {', '.join(each.tokens)}" if each.tokens else ""
        line = f"{each.user.name:<{width}}  {each.user.role:<8}  {since}{left}{tokens}"
        surface.speaker.say(line, line)


@user.command("role", help="Đổi vai trò, có hiệu lực ngay. || Change a role, from the next request on.")
@NAME_ARGUMENT
@ROLE_OPTION
@click.pass_obj
def role_(surface: Surface, name: str, role: Role) -> None:
    """Changes a role."""
    from pipeline.steps.users import change_role  # noqa: PLC0415

    with surface.campaign() as (_, store):
        changed = change_role(store, name, role)
    surface.speaker.say(f"{changed.name}: {role}.", f"{changed.name}: {role}.")


@user.command(
    "password",
    help="Đổi mật khẩu; mọi phiên làm việc và mã truy cập của người đó kết thúc. || Change a password; the user's sessions and tokens end.",
)
@NAME_ARGUMENT
@PASSWORD_OPTION
@click.pass_obj
def password(surface: Surface, name: str, password_stdin: bool) -> None:  # noqa: FBT001 - click's flag
    """Changes a password."""
    from pipeline.steps.users import change_password  # noqa: PLC0415

    with surface.campaign() as (_, store):
        change_password(store, name, _password(surface, stdin=password_stdin), surface.now())
    surface.speaker.say("Đã đổi mật khẩu.", "The password is changed.")


@user.command(
    "remove",
    help="Xóa người dùng: phiên làm việc và mã truy cập hết hiệu lực ngay, nhãn vẫn giữ."
    " || Remove a user: sessions and tokens end at once, labels stay.",
)
@NAME_ARGUMENT
@click.pass_obj
def remove(surface: Surface, name: str) -> None:
    """Removes a user."""
    from pipeline.steps.users import remove_user  # noqa: PLC0415

    with surface.campaign() as (_, store):
        remove_user(store, name, surface.now())
    surface.speaker.say("Đã xóa; nhãn người đó đã gán vẫn giữ.", "Removed; the labels stay.")


@user.command(
    "token",
    help="Tạo mã truy cập cho chương trình của một người dùng; chỉ in ra lần này."
    " || Make a token for a user's programs; it is printed this once.",
)
@NAME_ARGUMENT
@LABEL_OPTION
@click.pass_obj
def token(surface: Surface, name: str, label: str) -> None:
    """Makes a token."""
    from pipeline.steps.users import add_token  # noqa: PLC0415

    with surface.campaign() as (_, store):
        made = add_token(store, name, label, new_token, surface.now())
    surface.speaker.note(
        "Mã dưới đây không xem lại được; hãy cất vào nơi an toàn.",
        "The token below cannot be shown again; keep it in a safe place.",
    )
    surface.speaker.say(made, made)


@user.command("token-revoke", help="Thu hồi một mã truy cập. || Revoke a token.")
@NAME_ARGUMENT
@LABEL_OPTION
@click.pass_obj
def token_revoke(surface: Surface, name: str, label: str) -> None:
    """Revokes a token."""
    from pipeline.steps.users import revoke_token  # noqa: PLC0415

    with surface.campaign() as (_, store):
        revoke_token(store, name, label, surface.now())
    surface.speaker.say("Đã thu hồi.", "Revoked.")


def new_token() -> str:
    """Gives 256 random bits as text."""
    return secrets.token_urlsafe(32)


def _day(surface: Surface, at: datetime) -> str:
    return surface.words.day(at.astimezone(LOCAL_TZ).date())


def _password(surface: Surface, *, stdin: bool) -> str:
    """Reads a password without showing it."""
    if stdin:
        return sys.stdin.readline().rstrip("\r\n")
    first, second = (
        click.prompt(surface.speaker.t(vi, en), hide_input=True, err=True)
        for vi, en in (("Mật khẩu", "Password"), ("Nhập lại mật khẩu", "Password again"))
    )
    if first != second:
        raise InputError(
            "the two passwords are not the same; nothing was changed",
            "hai lần nhập mật khẩu không giống nhau; chưa có gì thay đổi",
        )
    return str(first)
