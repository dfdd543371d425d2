"""Which rules are ready to be used, each with its text of law and the day it came into force?"""
