"use strict";
// Keys in the list of held messages, and the line that says what is new. Without it everything works by links.
(function () {
  var rows = Array.prototype.slice.call(document.querySelectorAll("li.row"));
  var at = -1;

  function link(row) { return row && row.querySelector("a.subject"); }

  function current() {
    var inside = document.activeElement && document.activeElement.closest && document.activeElement.closest("li.row");
    return inside ? rows.indexOf(inside) : at;
  }

  function move(by) {
    if (!rows.length) { return; }
    at = Math.max(0, Math.min(rows.length - 1, current() + by));
    link(rows[at]).focus();
    rows[at].scrollIntoView({ block: "nearest" });
  }

  function ask(action) {
    var row = rows[current()];
    if (!row) { return; }
    var query = new URLSearchParams();
    query.set("action", action);
    query.set("held", row.dataset.held);
    var back = document.querySelector("#queue input[name=back]");
    query.set("back", back ? back.value : "");
    location.assign("/bulk?" + query.toString());
  }

  function mark() {
    var row = rows[current()];
    var box = row && row.querySelector("input[type=checkbox]");
    if (box) { box.checked = !box.checked; }
  }

  var keys = {
    j: function () { move(1); },
    k: function () { move(-1); },
    r: function () { ask("release"); },
    w: function () { ask("release-rewritten"); },
    d: function () { ask("discard"); },
    x: mark,
    "/": function () { document.getElementById("q").focus(); },
    "?": function () {
      var help = document.getElementById("keys");
      help.open = !help.open;
      if (help.open) { help.querySelector("summary").focus(); }
    }
  };
  var decides = document.querySelectorAll("#keys kbd");
  var offered = Array.prototype.map.call(decides, function (key) { return key.textContent; });

  document.addEventListener("keydown", function (event) {
    var target = event.target;
    var writing = /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) && target.type !== "checkbox";
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) { return; }
    if (writing) {
      if (event.key === "Escape") { target.blur(); }
      return;
    }
    if (offered.indexOf(event.key) >= 0 && Object.prototype.hasOwnProperty.call(keys, event.key)) {
      event.preventDefault();
      keys[event.key]();
    }
  });

  var news = document.getElementById("news");
  var tag = "";

  function look() {
    if (!document.hidden) {
      var headers = tag ? { "If-None-Match": tag } : {};
      fetch(news.dataset.news, { headers: headers, credentials: "same-origin", redirect: "error" }).then(function (answer) {
        if (answer.status !== 200) { return; }
        tag = answer.headers.get("ETag") || "";
        return answer.text().then(function (text) { news.innerHTML = text; });
      }).catch(function () { /* the next look may succeed */ });
    }
  }

  if (news && news.dataset.news && window.fetch) { setInterval(look, 4000); }
}());
