"""Does a portfolio keep its rules, now and after the trades that are proposed?"""
