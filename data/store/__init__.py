"""Where does the product keep its rows?"""

from data.store.actor import Actor, SystemActor
from data.store.database import Store
from data.store.ids import new_id
from data.store.unit_of_work import UnitOfWork

__all__ = ["Actor", "Store", "SystemActor", "UnitOfWork", "new_id"]
