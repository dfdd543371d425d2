"""The first shape of the database, in four parts."""
