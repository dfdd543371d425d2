/* A sign-in that has ended: leave for the sign-in page instead of showing broken pieces. One of somebody else: what this
   tab keeps is not theirs, and goes before the page reads it. */
(function () {
  "use strict";
  var original = window.fetch;
  if (!original) return;
  var leaving = false;
  var OWNER = "qpo-owner";

  function leave() {
    if (leaving) return;
    leaving = true;
    var here = window.location.pathname + window.location.search;
    window.location.assign("/account/login?next=" + encodeURIComponent(here));
  }

  /* The outline names its reader (api/session/owner.py); a tab without a name is new. */
  function keepApart(answer) {
    var reader = answer.headers.get("X-Page-Owner");
    if (!reader) return;
    try {
      var kept = window.sessionStorage.getItem(OWNER);
      if (kept && kept !== reader) window.sessionStorage.clear();
      window.sessionStorage.setItem(OWNER, reader);
    } catch (refused) {
      return; // storage is forbidden: nothing is kept there
    }
  }

  function isDash(target) {
    var url = typeof target === "string" ? target : (target && target.url) || String(target);
    return url.indexOf("/_dash-") >= 0;
  }

  /* A page that was asked for from another one and did not come: it is fetched once the server can be reached again
     (live.js). Where none stands yet, a reload has failed already, and a further one would not end. */
  function isPage(target, options) { return isDash(target) && String((options || {}).body || "").indexOf("_pages_content") >= 0; }

  window.fetch = function (target, options) {
    return original.call(window, target, options).then(function (answer) {
      if (isDash(target)) keepApart(answer);
      if (window.qpo && isPage(target, options)) window.qpo.isPageDue = false;
      if (answer.status === 401 && isDash(target)) {
        leave();
        return new Promise(function () { /* never settles: the page is on its way out */ });
      }
      return answer;
    }, function (failed) {
      if (window.qpo && isPage(target, options) && document.querySelector("#_pages_content > *") && !(failed && failed.name === "AbortError")) window.qpo.isPageDue = true;
      if (failed && failed.name !== "AbortError" && isDash(target) && window.qpo && window.qpo.unanswered) window.qpo.unanswered();
      throw failed;
    });
  };

  if (window.qpo) window.qpo.leave = leave;
})();
