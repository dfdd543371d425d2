"""How do people sign in, stay signed in and sign out?

Flask-Security makes the forms, tokens and checks; the store, the session table, the second factor's single use and the
gate are ours.
"""
