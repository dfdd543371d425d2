"""Can any portfolio meet a request, and if not, which limits clash and what would help?

`engine.doctor.diagnose.diagnose` is the verb; the modules here are its steps.
"""
