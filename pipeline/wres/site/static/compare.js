// Draws up to five organisations beside each other, with a table of the same figures.
(function () {
  "use strict";
  var most = 5, namespace = "http://www.w3.org/2000/svg";
  var byCode = new Map(window.WRES_FIGURES.map(function (entry) { return [entry[0], entry]; }));
  var form = document.querySelector("form.compare"), input = form.querySelector("input");
  var list = document.getElementById("chosen"), said = document.getElementById("said");
  var figure = document.getElementById("comparison"), place = document.getElementById("drawing");
  var table = document.getElementById("table");
  var chosen = [];

  document.getElementById("choices").append.apply(document.getElementById("choices"),
    window.WRES_FIGURES.map(function (entry) { return new Option(entry[1] + " (" + entry[0] + ")"); }));
  form.hidden = false;

  function made(name, attributes, words) {
    var element = document.createElementNS(namespace, name);
    Object.keys(attributes).forEach(function (key) { element.setAttribute(key, attributes[key]); });
    if (words !== undefined) { element.textContent = words; }
    return element;
  }

  function find(typed) {
    var code = (typed.match(/\(([^()]+)\)\s*$/) || [null, typed.trim().toUpperCase()])[1];
    if (byCode.has(code)) { return byCode.get(code); }
    var words = typed.toLowerCase().trim();
    var hits = window.WRES_FIGURES.filter(function (entry) { return entry[1].toLowerCase().includes(words); });
    return words && hits.length === 1 ? hits[0] : null;
  }

  function add(typed) {
    var entry = find(typed);
    if (!entry) { said.textContent = "Choose one organisation from the list, or give its code."; return; }
    if (chosen.includes(entry)) { said.textContent = entry[1] + " is there already."; return; }
    if (chosen.length === most) { said.textContent = "Take one away first: five can be compared."; return; }
    chosen.push(entry);
    input.value = "";
    said.textContent = entry[1] + " added.";
    show();
  }

  function drawn() {
    var width = 440, row = 50, top = 8, bottom = top + row * chosen.length;
    var numbers = chosen.flatMap(function (entry) { return entry[4]; }).filter(function (n) { return n !== null; });
    var low = Math.min.apply(null, numbers.concat(0.5)), high = Math.max.apply(null, numbers.concat(2));
    var domain = low >= 0.5 && high <= 2 ? [0.5, 2] : low >= 0.2 && high <= 5 ? [0.2, 5] : [0.1, 10];
    function at(ratio) {
      var inside = Math.min(Math.max(ratio, domain[0]), domain[1]);
      return 22 + (width - 44) * Math.log(inside / domain[0]) / Math.log(domain[1] / domain[0]);
    }
    var words = chosen.map(function (entry) { return entry[1] + ": " + entry[3][0]; }).join("; ");
    var svg = made("svg", { "class": "drawing", role: "img", viewBox: "0 0 " + width + " " + (bottom + 28),
      "aria-label": "Relative likelihood. " + words + "." });
    svg.append(made("rect", { "class": "band", x: at(0.8), y: top, width: at(1.25) - at(0.8), height: bottom - top }));
    [0.1, 0.2, 0.5, 1, 2, 5, 10].forEach(function (tick) {
      if (tick < domain[0] || tick > domain[1]) { return; }
      svg.append(made("path", { "class": tick === 1 ? "equal" : "grid", d: "M" + at(tick) + " " + top + "V" + bottom }));
      svg.append(made("text", { x: at(tick), y: bottom + 20, "class": "middle" }, String(tick)));
    });
    chosen.forEach(function (entry, number) {
      var y = top + row * number, name = entry[1].length > 36 ? entry[1].slice(0, 35) + "…" : entry[1];
      svg.append(made("text", { x: 8, y: y + 17, "class": "on" }, name));
      svg.append(made("text", { x: width - 8, y: y + 17, "class": "end on" }, entry[3][0]));
      var ratio = entry[4][0], lower = entry[4][1], upper = entry[4][2];
      if (lower !== null && upper !== null) {
        svg.append(made("path", { "class": "interval", d: "M" + at(lower) + " " + (y + 34) + "H" + at(upper) }));
      }
      if (ratio !== null) { svg.append(made("path", { "class": "marked large", d: "M" + at(ratio) + " " + (y + 34) + "h0" })); }
    });
    return svg;
  }

  function tabled() {
    var element = document.createElement("table");
    var head = element.createTHead().insertRow();
    ["Organisation", "Code", "Relative likelihood", "Lower bound", "Upper bound", "Range"].forEach(function (title) {
      var cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = title;
      head.append(cell);
    });
    element.createCaption().textContent = "Chosen organisations";
    var body = element.createTBody();
    chosen.forEach(function (entry) {
      var row = body.insertRow(), name = document.createElement("th"), link = document.createElement("a");
      name.scope = "row";
      link.href = entry[2];
      link.textContent = entry[1];
      name.append(link);
      row.append(name);
      [entry[0]].concat(entry[3]).forEach(function (words) { row.insertCell().textContent = words; });
    });
    return element;
  }

  function show() {
    list.replaceChildren.apply(list, chosen.map(function (entry) {
      var item = document.createElement("li"), button = document.createElement("button");
      button.type = "button";
      button.textContent = "Remove";
      button.setAttribute("aria-label", "Remove " + entry[1]);
      button.addEventListener("click", function () {
        chosen.splice(chosen.indexOf(entry), 1);
        said.textContent = entry[1] + " removed.";
        show();
        input.focus();
      });
      item.append(entry[1] + " (" + entry[0] + ") ", button);
      return item;
    }));
    figure.hidden = table.hidden = !chosen.length;
    place.replaceChildren();
    table.replaceChildren();
    if (chosen.length) { place.append(drawn()); table.append(tabled()); }
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); add(input.value); });
  (new URLSearchParams(location.search).get("with") || "").split(",").filter(Boolean).slice(0, most).forEach(add);
})();
