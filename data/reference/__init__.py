"""Which facts does the product bring along itself, rather than asking a provider for them?"""
