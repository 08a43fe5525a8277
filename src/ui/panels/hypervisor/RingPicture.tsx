import { useTranslation } from "react-i18next";
import type { RingFlow } from "../../../session/inspect/hypervisor.ts";

const SIZE = 84;
const MIDDLE = SIZE / 2;
const RADIUS = 28;
const WIDTH = 11;
/** So few slots are drawn one by one. */
const MOST_SLOTS = 64;

/** A place on a circle, from 0 at the top to 1, clockwise. */
function on(radius: number, turn: number): string {
  const angle = 2 * Math.PI * turn;
  return `${(MIDDLE + radius * Math.sin(angle)).toFixed(2)} ${(MIDDLE - radius * Math.cos(angle)).toFixed(2)}`;
}

function arc(from: number, turns: number): string {
  const end = from + Math.min(turns, 0.9999);
  return `M${on(RADIUS, from)}A${RADIUS} ${RADIUS} 0 ${turns > 0.5 ? 1 : 0} 1 ${on(RADIUS, end)}`;
}

/** A ring: what waits as a thick arc from the consumer's index to the producer's, both marked by letters outside. */
export function RingPicture({ flow }: { readonly flow: RingFlow }) {
  const { t } = useTranslation();
  const { size, produced, consumed } = flow;
  const many = Math.min((produced - consumed) >>> 0, size);
  const from = (consumed % size) / size;
  const to = (produced % size) / size;
  return (
    <svg
      className="hv-picture"
      width={SIZE}
      height={SIZE}
      role="img"
      aria-label={t("hypervisor.rings.picture", { size, produced, consumed })}
    >
      <circle className="ground" cx={MIDDLE} cy={MIDDLE} r={RADIUS} strokeWidth={WIDTH} />
      {many > 0 && <path className="waiting" d={arc(from, many / size)} strokeWidth={WIDTH} />}
      {size <= MOST_SLOTS &&
        Array.from({ length: size }, (_, slot) => slot / size).map((turn) => (
          <path key={turn} className="slot" d={`M${on(RADIUS - WIDTH / 2, turn)}L${on(RADIUS + WIDTH / 2, turn)}`} />
        ))}
      <Index turn={from} letter="C" within={true} />
      <Index turn={to} letter="P" within={false} />
      <text className="many" x={MIDDLE} y={MIDDLE}>
        {many}
      </text>
    </svg>
  );
}

/** Where an index stands: the consumer's within the ring, the producer's outside. */
function Index({ turn, letter, within }: { readonly turn: number; readonly letter: string; readonly within: boolean }) {
  const [x, y] = on(within ? RADIUS - WIDTH : RADIUS + WIDTH, turn).split(" ");
  return (
    <>
      <path className="index" d={`M${on(RADIUS - WIDTH / 2 - 1, turn)}L${on(RADIUS + WIDTH / 2 + 1, turn)}`} />
      <text className="letter" x={x} y={y}>
        {letter}
      </text>
    </>
  );
}
