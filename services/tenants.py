"""How does a further house come to be on an installation, with its first administrator?"""

from __future__ import annotations

from data.store.tables import Tenant
from services.audit_notes import note
from services.auth.roles import Role
from services.errors import Conflict, FieldProblem
from services.messages.users import User
from services.ports import Ports
from services.users import email_taken, new_user_row
from services.users_checks import checked_password, clean_name, email_problems, name_problems, refuse
from services.users_passwords import random_password
from services.users_rows import user_view

NAME_MAX_COUNT = 200


class Tenants:
    """Houses of an installation; nothing of one is ever shown to another. Made by the operator alone."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def create(
        self, name: str, admin_email: str, admin_name: str, password: str | None = None
    ) -> tuple[str, User, str | None]:
        """Make a house and its first administrator, both or neither.

        Parameters
        ----------
        name : str
            What the house is called; no other house may be called so, whatever the case.
        admin_email, admin_name : str
            The administrator; the address is unique among all houses, because one signs in with it.
        password : str or None
            One is made when None.

        Returns
        -------
        (str, User, str or None)
            The house's id, its administrator, and the password if one was made.

        Raises
        ------
        InvalidRequest
            Naming everything that cannot be used.
        Conflict
            When the house's name or the address is taken.
        """
        name, admin_name = clean_name(name), clean_name(admin_name)
        problems = _problems(name) + email_problems(admin_email)
        problems += [FieldProblem("admin_name", one.message, one.advice) for one in name_problems(admin_name)]
        refuse(problems, "The house cannot be made like this.")
        if password is not None:
            checked_password(password)
        made = None if password else random_password()
        hashed = self._ports.hash_password(password or made or "")
        email = admin_email.strip()
        with self._ports.store.system() as uow:
            if any(row.name.casefold() == name.casefold() for row in uow.tenants.all()):
                raise Conflict(
                    f"There is a house named {name!r} already.", "Choose another name.", code="tenant_name_taken"
                )
            if uow.users.find_by_email(email) is not None:
                raise email_taken(email)
            tenant = uow.tenants.add(Tenant(name=name))
            row = new_user_row(email, admin_name, Role.ADMINISTRATOR, hashed)
            row.tenant_id = tenant.id
            uow.users.add(row)
            note(uow, "tenant.create", "tenant", tenant.id, after={"name": name}, tenant_id=tenant.id)
            after = {"email": email, "role": row.role}
            note(uow, "user.create", "user", row.id, after=after, tenant_id=tenant.id)
            uow.commit()
            return tenant.id, user_view(row), made

    def ids(self) -> list[str]:
        """Return the ids of all houses, the oldest first."""
        with self._ports.store.system(read_only=True) as uow:
            return [row.id for row in uow.tenants.all()]


def _problems(name: str) -> list[FieldProblem]:
    if 1 <= len(name) <= NAME_MAX_COUNT and name.isprintable():
        return []
    return [FieldProblem("name", f"The name needs 1 to {NAME_MAX_COUNT} characters.", "Write the name of the house.")]
