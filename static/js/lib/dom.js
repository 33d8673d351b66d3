/**
 * Building DOM nodes without HTML strings: what comes from a source is always text, never markup.
 */

const SVG = "http://www.w3.org/2000/svg";

/**
 * @typedef {Node | string | number | null | undefined | false} Child
 * @typedef {Record<string, string | number | boolean | null | undefined | EventListener>} Attributes
 */

/**
 * @template {Element} T
 * @param {T} node
 * @param {Attributes} attributes
 * @param {Child[]} children
 * @returns {T}
 */
function fill(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (typeof value === "function") node.addEventListener(name, value);
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false).map(asNode));
  return node;
}

/** @param {Child} child */
const asNode = (child) => (child instanceof Node ? child : document.createTextNode(String(child)));

/**
 * An HTML element. A function among the attributes is an event listener of that name; null, undefined and false
 * attributes and children are left out.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {HTMLElement}
 */
export const html = (tag, attributes = {}, ...children) => fill(document.createElement(tag), attributes, children);

/**
 * An SVG element.
 * @param {string} tag
 * @param {Attributes} [attributes]
 * @param {...Child} children
 * @returns {SVGElement}
 */
export const svg = (tag, attributes = {}, ...children) =>
  fill(/** @type {SVGElement} */ (document.createElementNS(SVG, tag)), attributes, children);

/**
 * The element with this id; the page's template promises it.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}.`);
  return found;
}

/**
 * The JSON of a `json_script` element.
 * @param {string} id
 * @returns {any}
 */
export const embedded = (id) => JSON.parse(byId(id).textContent ?? "null");
