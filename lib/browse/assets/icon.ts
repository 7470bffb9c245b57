/**
 * The page's icon, for the tab of a browser. It is the only SVG that is ever sent as an SVG.
 */

/** The icon as SVG. */
export const ICON = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<rect x="3" y="4" width="26" height="24" rx="6" fill="#0b6a5d"/>
<path d="M9 12h14M9 17h14M9 22h8" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/>
</svg>
`;
