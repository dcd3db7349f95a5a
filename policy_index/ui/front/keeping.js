const NAME = "usage-policy-explorer-text";
// A browser may have no storage, or forbid it: then nothing is kept, and nothing breaks.
const stored = (act) => { try { return act(window.sessionStorage); } catch { return null; } };

export default function ({ data, setTriggerValue }) {
  const { allowed, text, fresh } = JSON.parse(read(data));
  if (allowed) { stored((storage) => storage.setItem(NAME, text)); return; }
  const kept = fresh ? stored((storage) => storage.getItem(NAME)) : null;
  if (kept !== null) { setTriggerValue("found", kept); return; }
  stored((storage) => storage.removeItem(NAME));
}
