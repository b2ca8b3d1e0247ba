// The key of the local server's start, which the terminal printed as part of the address. It is
// exchanged for a cookie that only this server's own paths are sent.

/** Takes the word out of the address, if it is there. */
export async function takeKey() {
  const word = /^#key=(\w+)$/.exec(location.hash)?.[1];
  if (!word) return;
  // It isn't a place in the page, and shouldn't be copied with the address.
  history.replaceState(null, "", location.pathname + location.search);
  await fetch("/-/key", { method: "POST", body: word }).catch(() => {});
}

/** Whether the browser has the key; undefined when the server doesn't answer. */
export async function hasKey() {
  try {
    return (await (await fetch("/-/key")).json()).key;
  } catch {
    return undefined;
  }
}
