"""Which recipes of optimizations are kept, in which versions, and for whom?"""

from __future__ import annotations

from typing import Any

from flask import Response
from pydantic import Field

from api.access import actor, services
from api.answers import answer, expected_version, nothing
from api.pagination import Page, PageQuery, cut, page
from api.reading import Path, Query
from api.routing import Resource, needs
from services.auth.roles import Permission
from services.messages.clients import ClientType
from services.messages.templates import (
    NewTemplate,
    PresentRecipe,
    Purpose,
    Template,
    TemplateChanges,
    TemplateComparison,
    TemplateEffect,
    TemplateVersion,
)

resource = Resource("templates", "Templates", "Recipes of optimizations, kept under names for kinds of clients.")

EXAMPLE: dict[str, Any] = {
    "name": "Careful and sustainable",
    "client_types": ["individual"],
    "recipe": {
        "objectives": [
            {"kind": "return", "weight": 40.0},
            {"kind": "volatility", "weight": 40.0},
            {"kind": "esg", "weight": 20.0},
        ],
        "constraints": [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": 0.25}],
    },
}


class TemplatePath(Path):
    """Which template."""

    template_id: str = Field(max_length=64, description="The template's id.")


class VersionPath(TemplatePath):
    """Which version of which template."""

    version: int = Field(ge=1, le=1_000_000, description="The version's number.")


class TemplatesQuery(PageQuery):
    """Which templates."""

    client_type: ClientType | None = Field(
        default=None, description="Only those that suit this kind of client, the ones made for it first."
    )
    purpose: Purpose | None = Field(
        default=None, description="Only those with one goal (`optimization`), or with several (`tradeoffs`)."
    )


class CompareQuery(Query):
    """Which two versions."""

    first: int = Field(ge=1, le=1_000_000, description="The version to compare from.")
    second: int = Field(ge=1, le=1_000_000, description="The version to compare with.")


def _shown(template: Template, status: int = 200) -> Response:
    """Return the template with its version."""
    location = f"/api/v1/templates/{template.id}" if status == 201 else None
    return answer(template, status, row_version=template.row_version, location=location)


@resource.route_for("get", "/templates", "List templates", answers={200: Page[Template]})
def list_templates(query: TemplatesQuery) -> Response:
    """Return your own templates, and those that were shared with you, by name."""
    return answer(cut(services().templates.list(actor(), query.client_type, query.purpose), query, lambda one: one.id))


@resource.route_for("post", "/templates", "Keep a template", answers={201: Template}, example=EXAMPLE)
@needs(Permission.RUNS_WRITE)
def create_template(body: NewTemplate) -> Response:
    """Keep a recipe under a name, private unless `sharing` says otherwise."""
    return _shown(services().templates.create(body, actor()), 201)


@resource.route_for("get", "/templates/<template_id>", "Read a template", answers={200: Template}, also=(412,))
def read_template(path: TemplatePath) -> Response:
    """Return the template with its present version."""
    return _shown(services().templates.get(path.template_id, actor()))


@resource.route_for("patch", "/templates/<template_id>", "Change a template", answers={200: Template}, versioned=True)
@needs(Permission.RUNS_WRITE)
def update_template(path: TemplatePath, body: TemplateChanges) -> Response:
    """Change the fields that are sent; another `recipe`, or other `client_types`, make a new version."""
    return _shown(services().templates.update(path.template_id, body, actor(), expected_version()))


@resource.route_for("delete", "/templates/<template_id>", "Delete a template", answers={204: None}, versioned=True)
@needs(Permission.RUNS_WRITE)
def delete_template(path: TemplatePath) -> Response:
    """Put the template aside; it can be restored with all its versions."""
    services().templates.delete(path.template_id, actor(), expected_version())
    return nothing()


@resource.route_for("post", "/templates/<template_id>/restore", "Restore a deleted template", answers={200: Template})
@needs(Permission.RUNS_WRITE)
def restore_template(path: TemplatePath) -> Response:
    """Take the deletion back."""
    return _shown(services().templates.restore(path.template_id, actor()))


@resource.route_for(
    "get", "/templates/<template_id>/versions", "List a template's versions", answers={200: Page[TemplateVersion]}
)
def list_versions(path: TemplatePath) -> Response:
    """Return every version, the latest first."""
    return answer(page(services().templates.versions(path.template_id, actor()), None))


@resource.route_for(
    "post",
    "/templates/<template_id>/versions/<version>/restore",
    "Restore an earlier version",
    answers={200: Template},
    versioned=True,
)
@needs(Permission.RUNS_WRITE)
def restore_version(path: VersionPath) -> Response:
    """Put an earlier version in force again, as the next one; those between stay in the list."""
    version = expected_version()
    return _shown(services().templates.restore_version(path.template_id, path.version, actor(), version))


@resource.route_for(
    "get", "/templates/<template_id>/comparison", "Compare two versions", answers={200: TemplateComparison}
)
def compare_versions(path: TemplatePath, query: CompareQuery) -> Response:
    """Return every field in which two versions differ; entries of lists are matched by their `kind`."""
    return answer(services().templates.compare(path.template_id, query.first, query.second, actor()))


@resource.route_for(
    "post",
    "/templates/<template_id>/effect",
    "See what a template changes",
    answers={200: TemplateEffect},
    repeatable=False,
)
def show_effect(path: TemplatePath, body: PresentRecipe) -> Response:
    """Return what using the template would change in the recipe that is sent; nothing is kept."""
    return answer(services().templates.effect(path.template_id, body.recipe, actor()))
