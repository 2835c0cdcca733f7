"use strict";
// Elements are made one by one and text is only ever text: nothing from a results folder is read as markup.

const SVG = "http://www.w3.org/2000/svg";

// An HTML element with attributes and children; a child that is no element becomes text.
function html(name, attributes, ...children) {
  return filled(document.createElement(name), attributes, children);
}

// The same for a part of a drawing.
function shape(name, attributes, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

function filled(element, attributes, children) {
  for (const [key, value] of Object.entries(attributes || {})) {
    if (value !== null && value !== undefined && value !== false) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

// The JSON that the page carries under an id; nothing where it is absent.
function carried(id) {
  const element = document.getElementById(id);
  return element ? JSON.parse(element.textContent) : null;
}

// Four significant digits, a true minus sign.
function brief(value) {
  if (value === null || !Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  const text = size >= 1e6 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replace("-", "−");
}

// A duration in seconds as people say it.
function spoken(seconds) {
  const size = Math.abs(seconds);
  if (size >= 4 * 86400) return brief(seconds / 86400) + " d";
  if (size >= 4 * 3600) return brief(seconds / 3600) + " h";
  if (size >= 240) return brief(seconds / 60) + " min";
  return brief(seconds) + " s";
}
