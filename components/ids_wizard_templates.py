"""Which ids do the wizard's templates have?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class WizardTemplates(metaclass=Frozen):
    """Goal, limits and estimates that were kept: to start from, and to keep what stands in the wizard."""

    OPEN: Final = "wizard-template-open"
    DIALOG: Final = "wizard-template-dialog"
    CHOICE: Final = "wizard-template-choice"
    SUGGESTED: Final = "wizard-template-suggested"
    EFFECT: Final = "wizard-template-effect"  # what using the chosen one would change
    APPLY: Final = "wizard-template-apply"
    CANCEL: Final = "wizard-template-cancel"

    SAVE: Final = "wizard-template-save"
    SAVE_DIALOG: Final = "wizard-template-save-dialog"
    SAVE_ERRORS: Final = "wizard-template-save-errors"
    SAVE_AS: Final = "wizard-template-save-as"
    SAVE_NAME: Final = "wizard-template-save-name"
    SAVE_TYPES: Final = "wizard-template-save-types"
    SAVE_SHARING: Final = "wizard-template-save-sharing"
    SAVE_NOTE: Final = "wizard-template-save-note"
    SAVE_CONFIRM: Final = "wizard-template-save-confirm"
    SAVE_CANCEL: Final = "wizard-template-save-cancel"
