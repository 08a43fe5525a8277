/** The tour of the page. */
export const en = {
  label: "Tour, stop {{stop}} of {{of}}",
  back: "Back",
  next: "Next",
  leave: "Leave the tour",
  done: "Done",
  again: "You find this tour again under “All actions” ({{key.palette}}).",
  stop: {
    program: {
      title: "A guest, and who runs it",
      text: "Choose a program here, or write your own, and who runs it: nobody (bare metal) or a VMM. Everything you see is one simulated x86 processor.",
    },
    stage: {
      title: "The stage",
      text: "Who sits in which ring, and where execution is now. Under a VMM the guest sits higher than it believes.",
    },
    run: {
      title: "Forwards and backwards",
      text: "Step takes one step of the processor, “To the next trap” runs until the VMM is entered. Each has its way back: nothing is ever lost.",
    },
    timeline: {
      title: "The whole run",
      text: "Who ran when, and every trap as a mark. Drag to travel to any moment; the events with their reasons are in the log.",
    },
    compare: {
      title: "Can the guest tell?",
      text: "Runs the program bare and virtualized, and finds the first instruction at which the two part. Try it with this program.",
    },
  },
};
