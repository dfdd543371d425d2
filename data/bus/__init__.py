"""How do processes nudge each other to look into the outbox?"""
