/** A chart narrower than this tells less than a whole one that is partly covered, in CSS pixels. */
const LEAST_CHART_PX = 420;

/**
 * How wide the chart is laid out while the drawer is open: in what the drawer leaves free of the panel, and over the whole panel where
 * the drawer does not reach it, or leaves too little of it to be a chart.
 *
 * @param width of the panel, in CSS pixels
 * @param room from the panel's left edge to the drawer's; negative where the drawer begins left of the panel
 */
export function widthBeside(width: number, room: number): number {
  return room >= width || room < LEAST_CHART_PX ? width : Math.floor(room);
}
