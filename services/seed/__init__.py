"""Which clients and portfolios let a new installation be tried at once?"""

from services.seed.portfolios import sample_portfolios

__all__ = ["sample_portfolios"]
