"""Which ways of writing holdings and transactions are known? One maker, one file, each with its ``LAYOUTS``."""
