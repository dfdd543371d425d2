"""How much may a portfolio lose in a day or in ten? Value at risk and expected shortfall by several methods."""
