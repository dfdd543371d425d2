"""From whom do market facts come, and how is each of them asked?

One file a provider. Every provider answers the questions of ``questions.py`` in three stages that can be tested apart:
``ask`` (our question into theirs), ``fetch`` (their bytes, kept as they came) and ``shape`` (their bytes into our
answer, with provenance). ``registry.py`` finds the providers; nothing else in the product knows one by name.
"""
