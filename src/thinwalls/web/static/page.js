"use strict";
// The page works without this script: forms are sent, pictures and tables are there. With it, an
// answer is asked for at every change of a control, and grows while the visitor looks.
(function () {
  const shown = document.getElementById("shown");
  if (!shown || !window.vegaEmbed || !window.fetch) {
    return;
  }
  const form = document.getElementById("form");
  const status = document.getElementById("status");
  const options = JSON.parse(document.getElementById("options").textContent);
  // Who types is not asked after every letter; a box that is ticked is meant at once.
  const TYPING_MILLISECONDS = 250;
  const TICKED_MILLISECONDS = 20;
  let under_way = null;
  let timer = null;

  document.documentElement.classList.add("scripted");

  const views = new Map();

  function draw(specs) {
    for (const [id, spec] of Object.entries(specs)) {
      const place = document.getElementById(id);
      if (!place) {
        continue;
      }
      const picture = Array.from(place.childNodes);
      const before = views.get(id);
      window
        .vegaEmbed(place, spec, options)
        .then(function (made) {
          views.set(id, made);
          if (before) {
            before.finalize();
          }
        })
        .catch(function () {
          place.replaceChildren(...picture);
        });
    }
  }

  // What is open and what is focused stays so when the answer is replaced by a better one; a
  // picture stays until the next one is drawn.
  function replace(html) {
    const open = Array.from(shown.querySelectorAll("details"), (one) => one.open);
    const pictures = new Map();
    for (const chart of shown.querySelectorAll(".chart")) {
      pictures.set(chart.id, Array.from(chart.childNodes));
    }
    const inside = shown.contains(document.activeElement);
    const label = inside ? document.activeElement.textContent : "";
    shown.style.minHeight = shown.offsetHeight + "px";
    shown.innerHTML = html;
    const details = shown.querySelectorAll("details");
    if (details.length === open.length) {
      details.forEach((one, number) => {
        one.open = open[number];
      });
    }
    for (const [id, nodes] of pictures) {
      const chart = document.getElementById(id);
      if (chart) {
        chart.replaceChildren(...nodes);
      }
    }
    if (inside) {
      const again = Array.from(shown.querySelectorAll("a, summary, [tabindex]"));
      const same = again.find((one) => one.textContent === label);
      if (same) {
        same.focus({ preventScroll: true });
      }
    }
  }

  function answered(message) {
    replace(message.html);
    draw(message.specs);
    status.textContent = message.say;
    shown.dataset.draws = message.draws;
    shown.dataset.done = message.done ? "yes" : "no";
    shown.style.minHeight = "";
  }

  function asked() {
    const data = new URLSearchParams(new FormData(form));
    data.delete("precise");
    for (const [name, value] of Array.from(data)) {
      const owner = name.split(".").slice(0, 2).join(".");
      const field = form.elements[owner];
      if (name.includes(".") && name !== owner && field && field.type === "checkbox" && !field.checked) {
        data.delete(name);
      } else if (value === "" || (name.endsWith(".name") && !ticked(name.split(".")[0]))) {
        data.delete(name);
      }
    }
    return data.toString();
  }

  function ticked(side) {
    return Array.from(form.querySelectorAll('input[type="checkbox"]')).some(
      (one) => one.name.startsWith(side + ".") && one.checked
    );
  }

  function links(query) {
    shown.dataset.query = query;
    const link = document.getElementById("link");
    link.href = "/ask?" + query;
    link.textContent = link.href;
    for (const one of document.querySelectorAll("[data-file]")) {
      one.href = "/take/" + one.dataset.file + "?" + query;
    }
    const frame = document.getElementById("frame");
    frame.textContent = frame.textContent.replace(
      /src="[^"]*"/,
      () => 'src="' + window.location.origin + "/embed?" + query + '"'
    );
    for (const one of document.querySelectorAll(".languages a")) {
      const other = new URLSearchParams(query);
      other.set("lang", one.hreflang);
      one.href = "?" + other.toString();
    }
    const person = document.querySelector("form.person");
    if (person) {
      for (const field of person.querySelectorAll('input[type="hidden"]')) {
        field.remove();
      }
      for (const [name, value] of new URLSearchParams(query)) {
        const field = document.createElement("input");
        field.type = "hidden";
        field.name = name;
        field.value = value;
        person.prepend(field);
      }
    }
  }

  async function ask(query, ticket) {
    if (under_way) {
      under_way.abort();
    }
    const mine = new AbortController();
    under_way = mine;
    status.textContent = status.dataset.asking;
    shown.dataset.done = "no";
    try {
      const response = await fetch("/stream?" + query, {
        signal: mine.signal,
        headers: ticket ? { "X-Ticket": ticket } : {},
      });
      if (response.status === 429) {
        const seconds = Number(response.headers.get("Retry-After")) || 3;
        status.textContent = status.dataset.busy;
        const place = response.headers.get("X-Ticket");
        timer = window.setTimeout(() => ask(query, place), 1000 * seconds);
        return;
      }
      if (!response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const told = page.querySelector("main .lead");
        status.textContent = told ? told.textContent : status.dataset.failed;
        return;
      }
      await read(response.body.getReader());
    } catch (problem) {
      if (!mine.signal.aborted) {
        status.textContent = status.dataset.failed;
      }
    }
  }

  async function read(reader) {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) {
        return;
      }
      text += decoder.decode(value, { stream: true });
      const events = text.split("\n\n");
      text = events.pop();
      for (const event of events) {
        answered(JSON.parse(event.replace(/^data: /, "")));
      }
    }
  }

  function changed(milliseconds) {
    window.clearTimeout(timer);
    timer = window.setTimeout(function () {
      if (!form.checkValidity()) {
        return;
      }
      const query = asked();
      window.history.replaceState(null, "", "/ask?" + query);
      links(query);
      ask(query);
    }, milliseconds);
  }

  form.addEventListener("input", function (event) {
    const details = event.target.closest("details.control");
    // A field that is changed means that it is wanted.
    if (details && event.target.type !== "checkbox") {
      details.querySelector('input[type="checkbox"]').checked = true;
    }
    const typed = event.target.matches('input:not([type="checkbox"], [type="radio"])');
    changed(typed ? TYPING_MILLISECONDS : TICKED_MILLISECONDS);
  });
  form.addEventListener("submit", function (event) {
    event.preventDefault();
    changed(TICKED_MILLISECONDS);
    document.getElementById("answer").scrollIntoView();
  });

  const opened = [];
  window.addEventListener("beforeprint", function () {
    for (const one of document.querySelectorAll("#shown details:not([open]), #people details:not([open])")) {
      one.open = true;
      opened.push(one);
    }
  });
  window.addEventListener("afterprint", function () {
    for (const one of opened.splice(0)) {
      one.open = false;
    }
  });

  draw(JSON.parse(document.getElementById("specs").textContent));
  links(shown.dataset.query);
  if (shown.dataset.done === "no") {
    ask(shown.dataset.query);
  }
})();
