"""How do rows of users become what callers may see?"""

from __future__ import annotations

import data.store.tables.user as tables
from services.auth.roles import Role
from services.messages.users import SignInUser, User


def user_view(row: tables.User) -> User:
    """Return a user without secrets."""
    return User(
        id=row.id,
        tenant_id=row.tenant_id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        is_active=row.is_active,
        has_totp=row.tf_totp_secret is not None,
        is_sample=row.is_sample,
        created_at_utc=row.created_at_utc,
        last_seen_at_utc=row.last_seen_at_utc,
        row_version=row.row_version,
    )


def sign_in_user(row: tables.User) -> SignInUser:
    """Return what the sign-in machinery needs."""
    return SignInUser(
        id=row.id,
        tenant_id=row.tenant_id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        is_active=row.is_active,
        password_hash=row.password_hash,
        fs_uniquifier=row.fs_uniquifier,
        tf_primary_method=row.tf_primary_method,
        tf_totp_secret=row.tf_totp_secret,
        totp_counter=row.totp_counter,
        password_changed_at_utc=row.password_changed_at_utc,
    )
