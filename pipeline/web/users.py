"""The users' page, for an administrator, and everybody's own account: password and tokens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from crawlers.dates import local_day
from pipeline.errors import InputError
from pipeline.passwords import LEAST_PASSWORD, clean_name
from pipeline.readings import ROLES, Role, User
from pipeline.steps.login import password_fits_user
from pipeline.steps.users import (
    NameCarriedError,
    add_token,
    add_user,
    change_password,
    change_role,
    list_users,
    remove_user,
    revoke_token,
)
from pipeline.web.desk import Desk, NavEntry, PageError, desk_of
from pipeline.web.render import render
from pipeline.web.security import needs, read_form, text_field


@dataclass(frozen=True, slots=True)
class UserRow:
    """One user, with the labels of tokens in use and the day since when."""

    user: User
    tokens: tuple[str, ...]
    since: str


@dataclass(frozen=True, slots=True)
class UsersView:
    """All users, and what the last try to change one met."""

    users: tuple[UserRow, ...]
    roles: tuple[Role, ...]
    least: int  # characters of a password
    fault: str = ""
    name: str = ""  # as typed
    again: bool = False  # the name was another's, or labels carry it


@dataclass(frozen=True, slots=True)
class AccountView:
    """One's own account; `token` is shown once."""

    tokens: tuple[str, ...]
    least: int
    fault: str = ""
    changed: bool = False
    token: str = ""


@needs("admin")
def users(request: Request) -> Response:
    """Lists the users."""
    return render(request, "users.html", _users_view(desk_of(request)))


@needs("admin")
def add(request: Request) -> Response:
    """Adds a user."""
    desk, form = desk_of(request), read_form(request)
    name, password = text_field(form, "name", 200), form.get("password")
    given = password if isinstance(password, str) else ""
    try:
        add_user(desk.store, name, _role(request), given, desk.now, again=form.get("again") == "yes")
    except NameCarriedError:
        said = desk.t(
            f"Tên “{name}” đã từng dùng hoặc đã có nhãn trong kho. Nếu là cùng một người, hãy đánh dấu vào ô bên dưới; "
            "nếu không, hãy chọn tên khác.",
            f"“{name}” was a user or has labels in the store. Tick the box below if it is the same person; "
            "choose another name if not.",
        )
        return render(request, "users.html", _users_view(desk, said, name, again=True), status=400)
    except InputError as error:
        view = _users_view(desk, error.text(desk.lang), name)
        return render(request, "users.html", view, status=400)
    return RedirectResponse("/users", 303)


@needs("admin")
def role(request: Request) -> Response:
    """Gives another user another role."""
    change_role(desk_of(request).store, _other(request), _role(request))
    return RedirectResponse("/users", 303)


@needs("admin")
def remove(request: Request) -> Response:
    """Removes another user."""
    desk = desk_of(request)
    remove_user(desk.store, _other(request), desk.now)
    return RedirectResponse("/users", 303)


@needs("reader")
def account(request: Request) -> Response:
    """Shows one's own account."""
    return render(request, "account.html", _account_view(desk_of(request), changed="changed" in request.query_params))


@needs("reader")
def password(request: Request) -> Response:
    """Changes one's own password; all other sessions of one's own end, and all tokens."""
    desk, form = desk_of(request), read_form(request)
    old, new, twice = (str(form.get(field) or "") for field in ("old", "new", "twice"))
    fault = ""
    if new != twice:
        fault = desk.t("Hai lần nhập mật khẩu mới không giống nhau.", "The two new passwords are not the same.")
    elif not password_fits_user(desk.store, desk.user.name, old, desk.now):
        fault = desk.t("Mật khẩu hiện tại không đúng.", "The present password is wrong.")
    try:
        if not fault:
            change_password(desk.store, desk.user.name, new, desk.now, keep=desk.session)
            return RedirectResponse("/account?changed", 303)
    except InputError as error:
        fault = error.text(desk.lang)
    return render(request, "account.html", _account_view(desk, fault), status=400)


@needs("reader")
def token(request: Request) -> Response:
    """Makes a token and shows it, this once."""
    desk = desk_of(request)
    try:
        made = add_token(desk.store, desk.user.name, text_field(read_form(request), "label"), desk.token, desk.now)
    except InputError as error:
        return render(request, "account.html", _account_view(desk, error.text(desk.lang)), status=400)
    return render(request, "account.html", _account_view(desk, token=made))


@needs("reader")
def revoke(request: Request) -> Response:
    """Ends a token of one's own."""
    desk = desk_of(request)
    revoke_token(desk.store, desk.user.name, text_field(read_form(request), "label"), desk.now)
    return RedirectResponse("/account", 303)


def _users_view(desk: Desk, fault: str = "", name: str = "", *, again: bool = False) -> UsersView:
    rows = tuple(
        UserRow(each.user, each.tokens, desk.words.day(local_day(each.user.created))) for each in list_users(desk.store)
    )
    return UsersView(rows, ROLES, LEAST_PASSWORD, fault, name, again)


def _account_view(desk: Desk, fault: str = "", *, changed: bool = False, token: str = "") -> AccountView:
    own = next(each.tokens for each in list_users(desk.store) if each.user.name == desk.user.name)
    return AccountView(own, LEAST_PASSWORD, fault, changed, token)


def _other(request: Request) -> str:
    """Gives the user that a form is about; nobody shuts himself out, so that one administrator always stays."""
    name = clean_name(
        text_field(read_form(request), "user", 200)
    )  # as it is looked up: no other spelling slips through
    if name == desk_of(request).user.name:
        raise PageError(
            409,
            "You cannot change or remove yourself; ask another administrator.",
            "Không thể tự đổi vai trò hoặc xóa chính mình; hãy nhờ người quản trị khác.",
        )
    return name


def _role(request: Request) -> Role:
    chosen = text_field(read_form(request), "role", 20)
    for known in ROLES:
        if chosen == known:
            return known
    raise PageError(400, "There is no such role.", "Không có vai trò này.")


NAV: Final = (NavEntry("/users", "Người dùng", "Users", "admin"),)
ROUTES: Final = (
    Route("/users", users, methods=["GET"]),
    Route("/users", add, methods=["POST"]),
    Route("/users/role", role, methods=["POST"]),
    Route("/users/remove", remove, methods=["POST"]),
    Route("/account", account, methods=["GET"]),
    Route("/account/password", password, methods=["POST"]),
    Route("/account/token", token, methods=["POST"]),
    Route("/account/revoke", revoke, methods=["POST"]),
)
