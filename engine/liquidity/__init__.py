"""How fast does a portfolio become cash, and at what cost?"""
