"""How does a portfolio move with its benchmark, and its assets with each other?"""
