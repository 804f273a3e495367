// Adds to the page of a rewritten message: text that is selected, and a box that is drawn, become numbers of its forms.
// Without it a word is written, or four numbers.
"use strict";
(() => {
  const button = document.querySelector("[data-span]");
  const count = (text) => [...text].length; // characters as the server counts them, not UTF-16 units

  const placeOf = (node, offset, isEnd) => {
    const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
    const piece = element && element.closest("[data-from]");
    if (!piece) return null;
    const from = Number(piece.dataset.from), to = Number(piece.dataset.to);
    if (piece.classList.contains("covered")) return isEnd ? to : from; // what is covered goes whole
    const before = node.nodeType === Node.TEXT_NODE ? count(node.data.slice(0, offset)) : offset ? to - from : 0;
    return Math.min(to, from + before);
  };

  const choose = () => {
    const selection = document.getSelection();
    if (!button || !selection || selection.rangeCount === 0) return;
    const range = selection.getRangeAt(0), form = button.form;
    const holder = range.commonAncestorContainer;
    const text = (holder.nodeType === Node.TEXT_NODE ? holder.parentElement : holder).closest("[data-fragment]");
    const start = text && placeOf(range.startContainer, range.startOffset, false);
    const end = text && placeOf(range.endContainer, range.endOffset, true);
    const chosen = text && start !== null && end !== null && end > start && !range.collapsed;
    if (!chosen) {
      if (document.activeElement !== button) { form.elements.span.value = ""; button.hidden = true; }
      return;
    }
    form.elements.span.value = `${text.dataset.fragment}.${start}-${end}`;
    form.querySelector("output").textContent = button.dataset.said.replace("{n}", String(end - start));
    button.hidden = false;
  };
  document.addEventListener("selectionchange", choose);
  if (button) {
    // A click would end the selection before the form is sent.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.form.addEventListener("submit", (event) => {
      if (event.submitter !== button) button.form.elements.span.value = "";
      else button.form.elements.word.value = "";
    });
  }

  for (const area of document.querySelectorAll(".draw")) {
    const form = area.nextElementSibling, image = area.querySelector("img");
    const frame = area.appendChild(document.createElement("div"));
    frame.className = "drawn"; frame.hidden = true;
    let from = null;
    const at = (event) => {
      const box = image.getBoundingClientRect();
      const clamp = (value, most) => Math.max(0, Math.min(most, value));
      return { x: clamp(event.clientX - box.left, box.width), y: clamp(event.clientY - box.top, box.height), box };
    };
    image.addEventListener("pointerdown", (event) => {
      from = at(event); image.setPointerCapture(event.pointerId); event.preventDefault();
    });
    image.addEventListener("pointermove", (event) => {
      if (!from) return;
      const to = at(event), across = area.dataset.width / to.box.width, down = area.dataset.height / to.box.height;
      const x = Math.min(from.x, to.x), y = Math.min(from.y, to.y);
      const width = Math.abs(to.x - from.x), height = Math.abs(to.y - from.y);
      frame.hidden = false;
      frame.style.left = `${x}px`; frame.style.top = `${y}px`;
      frame.style.width = `${width}px`; frame.style.height = `${height}px`;
      form.elements.box.value = [x * across, y * down, width * across, height * down].map(Math.round).join(", ");
    });
    image.addEventListener("pointerup", () => { from = null; });
  }
})();
