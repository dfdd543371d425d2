"""Which stored prices look wrong, and what would be right? Pure functions on arrays; nothing is stored here."""
