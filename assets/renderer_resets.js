/* Sparing the browser work that changes nothing.

   Every part that arrives on a page asks Dash's renderer to forget what it remembers of that place, and each of these
   wishes has the whole page look at itself once more: with thousands of parts seconds go by. Where nothing is remembered
   there is nothing to forget, and the wish is passed over. And every step of every callback tells every part of the page
   that something changed, though most steps only move the renderer's own list of callbacks, which no part shows: parts
   are told when something changed that they show, and once for all that one answer changed. While a person types, they
   are told at once. What only says that an answer is awaited is told a moment later. */
(function () {
  "use strict";
  var stores = (window.dash_stores = window.dash_stores || []);
  var UNSHOWN = { callbacks: true, callbackJobs: true, paths: true, changed: true, profile: true };
  var AWAITED = { loading: true, isLoading: true };

  function isIdle(store, action) {
    if (!action || action.type !== "RESET_COMPONENT_STATE" || !action.payload) return false;
    var path = action.payload.itempath;
    var hashes = store.getState().layoutHashes;
    if (!Array.isArray(path) || !hashes) return false;
    var place = path.join(",");
    for (var key in hashes) if (key.indexOf(place) === 0) return false;
    return true;
  }

  /* 2: something changed that parts show, 1: only whether an answer is awaited, 0: nothing of theirs */
  function change(before, now) {
    var found = 0;
    for (var key in now) {
      if (now[key] === before[key] || UNSHOWN[key]) continue;
      if (!AWAITED[key]) return 2;
      found = 1;
    }
    return found;
  }

  /* the renderer's own list of callbacks subscribes before the store is handed to us: it is told of everything, at once */
  function tellLess(store) {
    var subscribe = store.subscribe;
    store.subscribe = function (listener) {
      var told = store.getState();
      var later = null;
      var isSoon = false;
      var isGone = false;
      function tell() {
        isSoon = false;
        window.clearTimeout(later);
        later = null;
        if (isGone || told === store.getState()) return;
        told = store.getState();
        listener();
      }
      var leave = subscribe.call(store, function () {
        var what = change(told, store.getState());
        if (what === 2 && window.event) tell();
        else if (what === 2 && !isSoon) {
          isSoon = true;
          window.queueMicrotask(tell);
        } else if (what === 1 && later === null) later = window.setTimeout(tell, 0);
      });
      return function () {
        isGone = true;
        window.clearTimeout(later);
        leave();
      };
    };
  }

  function spare(store) {
    var dispatch = store.dispatch;
    store.dispatch = function (action) {
      return isIdle(store, action) ? action : dispatch.apply(store, arguments);
    };
    tellLess(store);
  }

  stores.forEach(spare);
  stores.push = function (store) {
    spare(store);
    return Array.prototype.push.call(this, store);
  };
})();
