"""How much does each position, group and factor add to the risk of the whole?"""
