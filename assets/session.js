/* A sign-in that has ended: leave for the sign-in page instead of showing broken pieces. */
(function () {
  "use strict";
  var original = window.fetch;
  if (!original) return;
  var leaving = false;

  function leave() {
    if (leaving) return;
    leaving = true;
    var here = window.location.pathname + window.location.search;
    window.location.assign("/account/login?next=" + encodeURIComponent(here));
  }

  function isDash(target) {
    var url = typeof target === "string" ? target : (target && target.url) || String(target);
    return url.indexOf("/_dash-") >= 0;
  }

  window.fetch = function (target, options) {
    return original.call(window, target, options).then(function (answer) {
      if (answer.status === 401 && isDash(target)) {
        leave();
        return new Promise(function () { /* never settles: the page is on its way out */ });
      }
      return answer;
    }, function (failed) {
      if (failed && failed.name !== "AbortError" && isDash(target) && window.qpo && window.qpo.unanswered) window.qpo.unanswered();
      throw failed;
    });
  };

  if (window.qpo) window.qpo.leave = leave;
})();
