/** Of a row of the tree, in pixels. */
export const ROW_HEIGHT = 30;
