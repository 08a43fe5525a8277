import { failureText, type Part, seeds } from "./campaign.ts";
import { CAMPAIGNS, type Campaign, type CampaignName } from "./campaigns.ts";
import { type Guest, makeGuest } from "./guest.ts";

/** What a part of a campaign came to. */
export interface PartResult {
  /** Guests by how they ended. */
  readonly counts: Readonly<Record<string, number>>;
  /** The first guest that went wrong, in words; null if none did. */
  readonly failure: string | null;
}

function runPart(name: CampaignName, part: Part): PartResult {
  const { manner: mannerOf, guests, run }: Campaign = CAMPAIGNS[name];
  const counts: Record<string, number> = {};
  for (const seed of seeds(guests, part)) {
    const manner = mannerOf(seed);
    try {
      const end = run(seed, makeGuest(seed, manner));
      counts[end] = (counts[end] ?? 0) + 1;
    } catch (error) {
      const goesWrong = (guest: Guest) => {
        try {
          run(seed, guest);
          return false;
        } catch {
          return true;
        }
      };
      return { counts, failure: failureText(seed, { name, manner }, error, goesWrong) };
    }
  }
  return { counts, failure: null };
}

const [name = "wild", part, parts] = process.argv.slice(2);
console.log(JSON.stringify(runPart(name as CampaignName, { part: Number(part), parts: Number(parts) })));
