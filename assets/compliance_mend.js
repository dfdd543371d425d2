/* Trades that mend a portfolio, taken to the form of the check before a trade. */
(function () {
  "use strict";
  document.addEventListener("click", function (event) {
    var pressed = event.target.closest && event.target.closest("[data-mend-take]");
    if (!pressed) return;
    var taken = JSON.parse(pressed.getAttribute("data-mend-take"));
    var set = window.dash_clientside.set_props;
    set("compliance-trade-portfolio", { value: taken.portfolio });
    set("compliance-trade-source", { value: "typed" });
    set("compliance-trade-orders", { value: taken.orders });
    set("compliance-trade-answer", { children: "The orders of “" + taken.from + "” stand ready; check them." });
    set("compliance-tabs", { active_tab: "trade" });
    /* the panel is shown by the answer to the last line; a hidden button takes no focus */
    window.setTimeout(function () { document.getElementById("compliance-trade-check").focus(); }, 150);
  });
})();
