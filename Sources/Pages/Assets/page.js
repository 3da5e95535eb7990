// Reading a chart at a point, moving through it by keys, copying and saving, and live renewal. Pages work
// without it.
"use strict";
(() => {
  // A chart's numbers stand in the table behind it: pointing at a place reads its row.
  const readout = (figure) => figure.querySelector(".readout");
  const rows = (figure) => figure.querySelectorAll(".behind tbody tr");

  const show = (plot, index) => {
    const figure = plot.closest("figure");
    const all = rows(figure);
    if (!all.length) return;
    const at = Math.max(0, Math.min(all.length - 1, index));
    plot.dataset.at = at;
    const heads = [...figure.querySelectorAll(".behind thead th")];
    const words = [...all[at].children].map((cell, place) =>
      place ? `${heads[place].textContent} ${cell.textContent}` : cell.textContent);
    readout(figure).textContent = words.join(" · ");
    const x = `${((at + 0.5) / all.length) * 100}%`;
    const cursor = plot.querySelector(".cursor");
    cursor.setAttribute("x1", x);
    cursor.setAttribute("x2", x);
    cursor.setAttribute("visibility", "visible");
  };

  const hide = (plot) => {
    readout(plot.closest("figure")).textContent = "";
    plot.querySelector(".cursor").setAttribute("visibility", "hidden");
  };

  const plotAt = (event) =>
    event.target.closest ? event.target.closest("svg.plot") : null;

  document.addEventListener("pointermove", (event) => {
    const plot = plotAt(event);
    if (!plot) return;
    const box = plot.querySelector("svg").getBoundingClientRect();
    const share = (event.clientX - box.left) / box.width;
    show(plot, Math.floor(share * rows(plot.closest("figure")).length));
  });
  document.addEventListener("pointerout", (event) => {
    const plot = plotAt(event);
    if (plot && !plot.contains(event.relatedTarget)) hide(plot);
  });
  document.addEventListener("focusout", (event) => {
    const plot = plotAt(event);
    if (plot) hide(plot);
  });
  document.addEventListener("keydown", (event) => {
    const plot = plotAt(event);
    const steps = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    if (plot && event.key === "Escape") return hide(plot);
    if (!plot || !(event.key in steps)) return;
    event.preventDefault();
    const last = rows(plot.closest("figure")).length - 1;
    const at = "at" in plot.dataset ? Number(plot.dataset.at) + steps[event.key] : last;
    show(plot, at);
  });

  // What is there only with a script is shown by the style sheet.
  document.body.classList.add("has-script");

  // On a narrow screen the navigation scrolls, and the page that one is on would be out of sight.
  const current = document.querySelector(".top nav [aria-current]");
  if (current) current.closest("ul").scrollLeft = current.offsetLeft - 60;

  // A table as RFC 4180 has it; a space before what a spreadsheet would take for a formula.
  const csv = (table) => [...table.rows].map((row) => [...row.cells].map((cell) => {
    const text = cell.textContent.trim();
    const safe = /^[=+@\t\r]|^-[^\d.]/.test(text) ? ` ${text}` : text;
    return `"${safe.replaceAll('"', '""')}"`;
  }).join(",")).join("\r\n") + "\r\n";

  const save = (name, text) => {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  };

  const deeds = {
    csv: (button) => {
      const panel = button.closest(".panel");
      save(`${panel.id}.csv`, csv(panel.querySelector("table")));
    },
    copy: async (button) => {
      const link = button.parentElement.querySelector("a[data-copy]");
      try {
        const answer = await fetch(link.href, { credentials: "same-origin" });
        await navigator.clipboard.writeText(await answer.text());
        button.textContent = "Copied";
      } catch {
        // Browsers let only pages of this machine or with TLS write there.
        button.textContent = "Not copied: open “As JSON”";
      }
    },
  };
  document.addEventListener("click", (event) => {
    const button = event.target.closest ? event.target.closest("button[data-do]") : null;
    if (button) deeds[button.dataset.do](button);
  });

  // Live: news on the stream fetch the page again, and only what differs is put in place.
  const stream = document.body.dataset.live;
  if (!stream || !window.EventSource) return;
  const pause = 5000;
  let waiting = false;
  let renewed = 0;

  // Open tables and the place of the keyboard stay as they are.
  const isBusy = (part) =>
    part.contains(document.activeElement) || part.querySelector("details[open]") !== null
    || part.matches(":hover");

  const replace = (next) => {
    for (const part of next.querySelectorAll("#freshness, main > [id], main > .charts > [id]")) {
      const old = document.getElementById(part.id);
      if (!old || old.isEqualNode(part) || isBusy(old)) continue;
      old.replaceWith(document.importNode(part, true));
    }
  };

  const renew = async () => {
    waiting = false;
    if (document.hidden) return;
    renewed = Date.now();
    try {
      const answer = await fetch(location.href, { credentials: "same-origin" });
      if (!answer.ok) return;
      replace(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      // The stream reconnects by itself; the next news try again.
    }
  };

  const news = () => {
    if (waiting) return;
    waiting = true;
    setTimeout(renew, Math.max(250, renewed + pause - Date.now()));
  };

  const source = new EventSource(stream);
  for (const name of ["message", "commit", "update", "alert"]) source.addEventListener(name, news);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) news(); });
})();
