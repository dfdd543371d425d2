"""Which pieces are the screens built from: plain data in, Dash components out?"""
