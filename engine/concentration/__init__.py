"""How concentrated is a portfolio?"""
