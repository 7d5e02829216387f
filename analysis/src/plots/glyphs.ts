/** Width of a character [pixels], without the gap between characters; it is seven high. */
export const GLYPH_WIDTH = 5

/** A character followed by its five columns as hex bytes, from the left; bit 0 is the top pixel. */
const PACKED = [
  '03e5149453e', '100427f4000', '26251494946', '32241494936', '41814127f10', '52745454539', '63c4a494930', '70171090503',
  '83649494936', '9064949291e', '.0060600000', ',0050300000', ':0036360000', '-0808080808', '+08083e0808', '/2010080402',
  '(001c224100', ')0041221c00', '^0402010204', '_4040404040', '=1414141414', 'A7e0909097e', 'B7f49494936', 'C3e41414122',
  'D7f4141413e', 'E7f49494941', 'F7f09090901', 'G3e4149493a', 'H7f0808087f', 'I00417f4100', 'J2040413f01', 'K7f08142241',
  'L7f40404040', 'M7f020c027f', 'N7f020c107f', 'O3e4141413e', 'P7f09090906', 'Q3e4151215e', 'R7f09192946', 'S4649494931',
  'T01017f0101', 'U3f4040403f', 'V1f2040201f', 'W7f2018207f', 'X6314081463', 'Y0304780403', 'Z6151494543', 'a2054545478',
  'b7f44444438', 'c3844444444', 'd384444447f', 'e3854545418', 'f047e050100', 'g0c5252523e', 'h7f04040478', 'i00447d4000',
  'j2040443d00', 'k7f10284400', 'l00417f4000', 'm7c04780478', 'n7c04040478', 'o3844444438', 'p7e1212120c', 'q0c1212127e',
  'r7c08040400', 's4854545424', 't043f444020', 'u3c4040407c', 'v1c2040201c', 'w3c4030403c', 'x4428102844', 'y064848483e',
  'z4464544c44',
] as const

/** Columns of each character that can be drawn. */
export const GLYPHS: ReadonlyMap<string, readonly number[]> = new Map(
  PACKED.map((text) => [text.charAt(0), [0, 1, 2, 3, 4].map((k) => Number.parseInt(text.slice(1 + 2 * k, 3 + 2 * k), 16))]),
)
