/* Which figures follow from live prices: of a symbol, of a holding, of a portfolio, of all portfolios in a currency?

   The same arithmetic as the product's own overlay. A holding moves by units times the distance of its live price, at
   the live rate of exchange, from the close and the rate it was valued at; what has no live price counts at its last
   close, what has no live rate at that of the as-of date. Holdings of which neither is live add nothing to the day; where
   the close or the rate of the session before is not known, the result of the day is null: unknown. */
(function () {
  "use strict";
  var qpo = window.qpo;
  if (!qpo) return;

  function has(value) { return value !== undefined && value !== null; }

  /* a sum of which a part is unknown is unknown */
  function plus(sum, part) { return sum === null || part === null ? null : sum + part; }

  /* quotes: by symbol; recipes: of portfolios by id, as the API gives them; words: what the light says. */
  qpo.liveFigures = function (quotes, recipes, words) {
    function ofSymbol(symbol, field) {
      var quote = quotes[symbol];
      if (!quote) return undefined;
      if (field === "change_frac") return quote.previous_close ? quote.price / quote.previous_close - 1 : undefined;
      if (field === "change_ccy") return quote.previous_close ? quote.price - quote.previous_close : undefined;
      if (field === "session") return quote.session || (quote.event_time_utc || "").slice(0, 10) || undefined;
      return quote[field];
    }

    function quoteOf(held) {
      var quote = quotes[held.symbol];
      return quote && quote.currency === held.currency && held.close ? quote : null;
    }

    /* {now, before}: the live rate, and its previous close, each divided by the stored one; null without a live one */
    function rateOf(recipe, held) {
      var stored = (recipe.rates || []).find(function (one) { return one.currency === held.currency; });
      if (!stored || !held.close) return null;
      var rate = Number(stored.rate);
      var pair = quotes[stored.symbol];
      if (pair && pair.currency === recipe.base_currency) {
        return { now: pair.price / rate, before: has(pair.previous_close) ? pair.previous_close / rate : null };
      }
      pair = quotes[recipe.base_currency + held.currency + "=X"];
      if (pair && pair.currency === held.currency) {
        return { now: 1 / pair.price / rate, before: pair.previous_close ? 1 / pair.previous_close / rate : null };
      }
      return null;
    }

    function moveOf(recipe, held) {
      var quote = quoteOf(held);
      var rate = rateOf(recipe, held);
      if (!quote && !rate) return null;
      var now = (quote ? quote.price : held.close) * (rate ? rate.now : 1);
      var before = quote ? quote.previous_close : held.close;
      var rateBefore = rate ? rate.before : 1;
      var isKnown = has(before) && has(rateBefore);
      return {
        value_ccy: held.units_ccy * (now - held.close),
        day_pnl_ccy: isKnown ? held.units_ccy * (now - before * rateBefore) : null,
        fx_pnl_ccy: isKnown && rate ? held.units_ccy * (quote ? quote.price : held.close) * (rate.now - rateBefore) : isKnown ? 0 : null
      };
    }

    function ofPortfolio(recipe) {
      var found = { value_ccy: recipe.value_ccy === null ? null : Number(recipe.value_ccy), day_pnl_ccy: 0, fx_pnl_ccy: 0, live: 0 };
      recipe.positions.forEach(function (held) {
        var move = moveOf(recipe, held);
        if (!move) return;
        found.live += 1;
        found.day_pnl_ccy = plus(found.day_pnl_ccy, move.day_pnl_ccy);
        found.fx_pnl_ccy = plus(found.fx_pnl_ccy, move.fx_pnl_ccy);
        if (found.value_ccy !== null) found.value_ccy += move.value_ccy;
      });
      var isKnown = found.value_ccy !== null && found.day_pnl_ccy !== null;
      var before = isKnown ? found.value_ccy - found.day_pnl_ccy : 0;
      found.words = found.day_pnl_ccy === null ? words + ", day's result unknown" : words;
      found.start_ccy = isKnown ? before : null;
      found.day_frac = before > 0 ? found.day_pnl_ccy / before : null;
      return found;
    }

    function ofHolding(recipe, totals, held, field) {
      var move = moveOf(recipe, held);
      if (field === "weight_frac" || field === "drift_frac") {
        if (!totals.live || !(totals.value_ccy > 0) || held.value_ccy === null) return undefined;
        var weight = (held.value_ccy + (move ? move.value_ccy : 0)) / totals.value_ccy;
        if (field === "weight_frac") return weight;
        return held.target_weight_frac === null ? undefined : weight - held.target_weight_frac;
      }
      if (field === "today_ccy") return move ? move.day_pnl_ccy : totals.live ? 0 : undefined;
      if (!move && totals.live && (field === "fx_pnl_ccy" || field === "contribution_frac")) return 0;
      if (!move) return undefined;
      if (field === "value_ccy") return held.value_ccy + move.value_ccy;
      if (field === "unrealized_pnl_ccy") return held.unrealized_pnl_ccy === null ? undefined : held.unrealized_pnl_ccy + move.value_ccy;
      if (field === "day_pnl_ccy" || field === "fx_pnl_ccy") return move[field];
      if (field === "contribution_frac") {
        var began = totals.value_ccy === null || totals.day_pnl_ccy === null ? 0 : totals.value_ccy - totals.day_pnl_ccy;
        return move.day_pnl_ccy === null || !(began > 0) ? null : move.day_pnl_ccy / began;
      }
      if (field === "priced_at") return quoteOf(held) ? quotes[held.symbol].event_time_utc || quotes[held.symbol].session : undefined;
      return quoteOf(held) ? ofSymbol(held.symbol, field) : undefined;
    }

    /* rates: by portfolio id, of those that count and into the currency; all in that currency at 1 without them */
    function ofTotal(currency, totals, field, rates) {
      var sum = { value_ccy: 0, day_pnl_ccy: 0, live: 0 };
      Object.keys(recipes).forEach(function (id) {
        var rate = rates ? rates[id] : recipes[id].base_currency === currency ? 1 : undefined;
        if (rate === undefined) return;
        sum.value_ccy += rate * (totals[id].value_ccy || 0);
        var day = totals[id].live ? totals[id].day_pnl_ccy : Number(recipes[id].day_pnl_ccy || 0);
        sum.day_pnl_ccy = plus(sum.day_pnl_ccy, day === null ? null : rate * day);
        sum.live += totals[id].live;
      });
      if (!sum.live) return undefined;
      if (sum.day_pnl_ccy === null && /^day_/.test(field)) return null;
      var before = sum.value_ccy - sum.day_pnl_ccy;
      if (field === "words") return words;
      return field === "day_frac" ? (before > 0 ? sum.day_pnl_ccy / before : undefined) : sum[field];
    }

    /* what each rate of exchange is, such as "EUR live" or "GBP of 2 Jan 2026" */
    function rates(dateWords) {
      var said = {};
      Object.keys(recipes).forEach(function (id) {
        (recipes[id].rates || []).forEach(function (one) {
          var isLive = rateOf(recipes[id], { currency: one.currency, close: 1 }) !== null;
          said[one.currency + "/" + recipes[id].base_currency + (isLive ? " live" : " of " + dateWords(one.rate_date))] = true;
        });
      });
      return Object.keys(said).sort();
    }

    return { ofSymbol: ofSymbol, ofPortfolio: ofPortfolio, ofHolding: ofHolding, ofTotal: ofTotal, rates: rates };
  };
})();
