"""Which errors of prices are looked for? One file a kind; adding a file adds the check."""
