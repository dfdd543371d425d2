"""How is the product put on a port, and how does it leave it again?"""
