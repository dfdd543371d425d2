"""How is it kept, checked and shown that portfolios obey their rules?"""
