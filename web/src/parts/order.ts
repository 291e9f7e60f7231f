const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** "vm-2" goes before "vm-10", and "A" with "a". */
export const byName: (a: string, b: string) => number = collator.compare;
