"""Did forecasts of loss hold? Tests of value at risk and expected shortfall against what came."""
