"""How does volatility move from day to day? EWMA, GARCH(1,1) and GJR: fitted by `arch`, filtered and simulated here."""
