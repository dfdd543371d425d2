"""Who are the clients, and what did they answer about risk?"""

from __future__ import annotations

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut, page
from api.reading import Path
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.clients import Client, ClientChanges, ClientProfile, NewClient, ProfileAnswers

resource = Resource("clients", "Clients", "People and institutions whose money is managed, and their risk profiles.")


class ClientPath(Path):
    """Which client."""

    client_id: str = Field(max_length=64, description="The client's id.")


def _shown(client: Client, status: int = 200) -> Response:
    """Return the client with its version."""
    location = f"/api/v1/clients/{client.id}" if status == 201 else None
    return answer(client, status, row_version=client.row_version, location=location)


@resource.route_for("get", "/clients", "List clients", answers={200: Page[Client]})
def list_clients(query: PageQuery) -> Response:
    """Return the clients that you may see; without the right to personal data, a reference stands for the name."""
    return answer(cut(services().clients.list(actor()), query, lambda client: client.id))


@resource.route_for("post", "/clients", "Create a client", answers={201: Client})
@needs(Permission.CLIENTS_WRITE)
def create_client(body: NewClient) -> Response:
    """Make a client, with a first risk profile if answers are given."""
    return _shown(services().clients.create(body, actor()), 201)


@resource.route_for("get", "/clients/<client_id>", "Read a client", answers={200: Client}, also=(412,))
def read_client(path: ClientPath) -> Response:
    """Return the client with the latest risk profile."""
    return _shown(services().clients.get(path.client_id, actor()))


@resource.route_for("patch", "/clients/<client_id>", "Change a client", answers={200: Client}, versioned=True)
@needs(Permission.CLIENTS_WRITE)
def update_client(path: ClientPath, body: ClientChanges) -> Response:
    """Change the fields that are sent."""
    return _shown(services().clients.update(path.client_id, body, actor(), expected_version()))


@resource.route_for("delete", "/clients/<client_id>", "Delete a client", answers={204: None}, versioned=True)
@needs(Permission.CLIENTS_WRITE)
def delete_client(path: ClientPath) -> Response:
    """Put the client aside; it can be restored, and its portfolios stay."""
    services().clients.delete(path.client_id, actor(), expected_version())
    return nothing()


@resource.route_for("post", "/clients/<client_id>/restore", "Restore a deleted client", answers={200: Client})
def restore_client(path: ClientPath) -> Response:
    """Take the deletion back."""
    return _shown(services().clients.restore(path.client_id, actor()))


@resource.route_for("get", "/clients/<client_id>/profiles", "List risk profiles", answers={200: Page[ClientProfile]})
def list_profiles(path: ClientPath) -> Response:
    """Return every version of the answers, the latest first."""
    return answer(page(services().clients.profiles(path.client_id, actor()), None))


@resource.route_for("post", "/clients/<client_id>/profiles", "Save a risk profile", answers={201: ClientProfile})
@needs(Permission.CLIENTS_WRITE)
def save_profile(path: ClientPath, body: ProfileAnswers) -> Response:
    """Add the next version of the answers; earlier ones stay as they were."""
    return answer(services().clients.save_profile(path.client_id, body, actor()), 201)
