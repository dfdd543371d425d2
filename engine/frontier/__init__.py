"""Which portfolios are efficient: none with the same limits has less risk at as much return?"""
