"""Who belongs to the house, in which role, and where are they signed in?"""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from flask import Response
from pydantic import BaseModel, ConfigDict, Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut, page
from api.reading import Body, Path
from api.routing import Resource, needs
from services.auth.policy import PERMISSIONS
from services.auth.roles import Permission, Role
from services.messages.grid_columns import GridChoice, GridColumns, GridName
from services.messages.users import InviteView, SessionView, User

resource = Resource("users", "Users", "People, roles, invitations and sessions.")


class UserPath(Path):
    """Which user."""

    user_id: str = Field(max_length=64, description="The user's id.")


class GridPath(Path):
    """Which table."""

    grid: GridName = Field(description="The table: `holdings`, what a portfolio holds.")


class InvitationPath(Path):
    """Which invitation."""

    invitation_id: str = Field(max_length=64, description="The invitation's id.")


class SessionPath(Path):
    """Which session."""

    session_key: str = Field(pattern="^[0-9a-f]{64}$", description="The session's key.")


class Invite(Body):
    """Whom to invite."""

    email: str = Field(min_length=3, max_length=254, description="The person's address.")
    name: str = Field(min_length=1, max_length=100, description="The person's name.")
    role: Role = Field(description="The person's role.")
    team_ids: list[str] | None = Field(
        default=None,
        max_length=100,
        description="Teams to join on accepting; when absent, the house's only team if there is exactly one.",
    )


class UserChange(Body):
    """What to change of a user."""

    role: Role | None = Field(default=None, description="Another role.")
    is_active: bool | None = Field(default=None, description="false shuts the user out at once.")


class NameChange(Body):
    """One's own new name."""

    name: str = Field(min_length=1, max_length=100)


class RoleView(BaseModel):
    """What one role may do."""

    model_config = ConfigDict(frozen=True)

    role: str
    label: str
    permissions: list[str]


class OwnSession(BaseModel):
    """One place where you are signed in: a browser (`via` session) or a program with a token (`via` token)."""

    model_config = ConfigDict(frozen=True)

    key: str
    started_at_utc: datetime
    seen_at_utc: datetime
    agent: str
    ip: str
    via: Literal["session", "token"]
    is_current: bool


def _session(found: SessionView) -> OwnSession:
    """Return the session without what only the sign-in machinery needs."""
    return OwnSession(**found.model_dump(include=set(OwnSession.model_fields)))


def _shown(user: User) -> Response:
    """Return the user with its version."""
    return answer(user, row_version=user.row_version)


@resource.route_for("get", "/users", "List users", answers={200: Page[User]})
def list_users(query: PageQuery) -> Response:
    """Return the users of your house by name."""
    return answer(cut(services().users.list(actor()), query, lambda user: user.id))


@resource.route_for("get", "/users/me", "Read yourself", answers={200: User}, also=(412,))
def read_me() -> Response:
    """Return the person on whose behalf the request acts."""
    return _shown(services().users.get(actor().user_id, actor()))


@resource.route_for("patch", "/users/me", "Rename yourself", answers={200: User}, versioned=True)
@needs(Permission.ACCOUNT_OWN)
def rename_me(body: NameChange) -> Response:
    """Change your own name."""
    return _shown(services().users.rename_self(body.name, actor(), expected_version()))


@resource.route_for("get", "/users/me/grids/<grid>", "Read your columns", answers={200: GridColumns})
@needs(Permission.ACCOUNT_OWN)
def read_columns(path: GridPath) -> Response:
    """Return which columns of a table you see, and in which order; null while it stands as it came."""
    return answer(services().grid_choices.get(path.grid, actor()))


@resource.route_for(
    "put",
    "/users/me/grids/<grid>",
    "Keep your columns",
    answers={200: GridColumns},
    example={"shown": ["price", "sector"], "order": ["sector", "price"]},
)
@needs(Permission.ACCOUNT_OWN)
def keep_columns(path: GridPath, body: GridChoice) -> Response:
    """Keep which columns of a table you see, and in which order, on every machine."""
    return answer(services().grid_choices.set(path.grid, body, actor()))


@resource.route_for("delete", "/users/me/grids/<grid>", "Reset your columns", answers={200: GridColumns})
@needs(Permission.ACCOUNT_OWN)
def reset_columns(path: GridPath) -> Response:
    """Have a table stand as it came."""
    return answer(services().grid_choices.set(path.grid, None, actor()))


@resource.route_for("get", "/users/<user_id>", "Read a user", answers={200: User}, also=(412,))
def read_user(path: UserPath) -> Response:
    """Return one user."""
    return _shown(services().users.get(path.user_id, actor()))


@resource.route_for("patch", "/users/<user_id>", "Change a user", answers={200: User}, versioned=True)
@needs(Permission.USERS_WRITE)
def update_user(path: UserPath, body: UserChange) -> Response:
    """Give the user another role, shut the user out, or let the user in again."""
    users, version = services().users, expected_version()
    if body.role is not None:
        version = users.set_role(path.user_id, body.role, actor(), version).row_version
    if body.is_active is not None:
        change = users.enable if body.is_active else users.disable
        change(path.user_id, actor(), version)
    return _shown(users.get(path.user_id, actor()))


@resource.route_for("post", "/users/<user_id>/two-factor/reset", "Reset a lost second factor", answers={200: User})
def reset_two_factor(path: UserPath) -> Response:
    """Switch the second factor off for somebody who lost it: secret and recovery codes go, every session ends."""
    return _shown(services().users.reset_two_factor(path.user_id, actor()))


@resource.route_for("get", "/invitations", "List open invitations", answers={200: Page[InviteView]})
def list_invitations(query: PageQuery) -> Response:
    """Return the invitations that wait for an answer, without their links."""
    return answer(cut(services().users.invitations(actor()), query, lambda invitation: invitation.id))


@resource.route_for("post", "/invitations", "Invite somebody", answers={201: InviteView}, shows_secret=True)
@needs(Permission.USERS_WRITE)
def invite(body: Invite) -> Response:
    """Make a link that works once, for a day: `/account/invite/<link_token>`; the token is shown this once."""
    return answer(services().users.invite(body.email, body.name, body.role, actor(), body.team_ids), 201)


@resource.route_for("delete", "/invitations/<invitation_id>", "Withdraw an invitation", answers={204: None})
def withdraw_invitation(path: InvitationPath) -> Response:
    """Make the link useless."""
    services().users.withdraw_invitation(path.invitation_id, actor())
    return nothing()


@resource.route_for("get", "/roles", "List roles", answers={200: Page[RoleView]})
def list_roles() -> Response:
    """Return every role with its permissions, which are also the scopes of API keys."""
    roles = [
        RoleView(role=role.value, label=role.label, permissions=sorted(one.value for one in permissions))
        for role, permissions in PERMISSIONS.items()
    ]
    return answer(page(roles, None))


@resource.route_for("get", "/sessions", "List your sessions", answers={200: Page[OwnSession]})
def list_sessions() -> Response:
    """Return where you are signed in, in browsers and with tokens, the latest first."""
    return answer(page([_session(one) for one in services().sessions.list(actor())], None))


@resource.route_for("delete", "/sessions/<session_key>", "End a session", answers={204: None})
def end_session(path: SessionPath) -> Response:
    """End the session and its sockets within a second."""
    services().sessions.revoke(path.session_key, actor())
    return nothing()
