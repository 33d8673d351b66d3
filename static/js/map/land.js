/**
 * Land without borders: the whole world at once, and from zoom 6 on finer squares for what is on screen.
 */

import feature from "topojson-client/feature";

import { getJson } from "../lib/http.js";

/* global L */

const FINE_FROM = 6;
const STYLE = { pane: "land", interactive: false, smoothFactor: 1 };

export class Land {
  /**
   * @param {any} map
   * @param {{land: string, squares: string}} files the world's address, and the folder of the squares
   */
  constructor(map, files) {
    this.map = map;
    this.files = files;
    /** @type {any} */
    this.world = null;
    /** @type {Map<string, Promise<any>>} layers by square, also those on their way */
    this.squares = new Map();
    this.fine = L.layerGroup();
    /** @type {{square: number, names: string[]} | null} */
    this.index = null;
  }

  async draw() {
    this.world = drawn(await getJson(this.files.land), "land land--world");
    this.world.addTo(this.map);
    this.map.on("moveend", () => this.refine());
    this.refine();
  }

  /** Show finer land where there is some; the coarse one stays until all of it has arrived. */
  async refine() {
    const close = this.map.getZoom() >= FINE_FROM;
    if (!close) {
      this.fine.remove();
      this.world.addTo(this.map);
      return;
    }
    try {
      this.index ??= await getJson(`${this.files.squares}index.json`);
      const layers = await Promise.all(this.onScreen().map((name) => this.square(name)));
      if (this.map.getZoom() < FINE_FROM) return;
      this.fine.clearLayers();
      for (const layer of layers) this.fine.addLayer(layer);
      this.fine.addTo(this.map);
      this.world.remove();
    } catch {
      this.world.addTo(this.map); // the coarse land is there already, and the next move tries again
    }
  }

  /** Names of the squares on screen that hold land. */
  onScreen() {
    const { square, names } = /** @type {{square: number, names: string[]}} */ (this.index);
    const bounds = this.map.getBounds().pad(0.2);
    /** @param {number} degrees @param {number} origin */
    const place = (degrees, origin) => Math.floor((degrees + origin) / square);
    const found = [];
    for (let column = place(bounds.getWest(), 180); column <= place(bounds.getEast(), 180); column += 1) {
      for (let row = place(bounds.getSouth(), 90); row <= place(bounds.getNorth(), 90); row += 1) {
        if (names.includes(`${column}_${row}`)) found.push(`${column}_${row}`);
      }
    }
    return found;
  }

  /** @param {string} name */
  square(name) {
    const known = this.squares.get(name);
    if (known) return known;
    const coming = getJson(`${this.files.squares}${name}.json`).then((topology) => drawn(topology, "land"));
    this.squares.set(name, coming);
    coming.catch(() => this.squares.delete(name));
    return coming;
  }
}

/**
 * @param {any} topology
 * @param {string} className
 */
const drawn = (topology, className) =>
  L.geoJSON(feature(topology, topology.objects.land), { ...STYLE, style: { className } });
