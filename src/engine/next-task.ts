/**
 * Lets messages in: resolves in a new task. A microtask would not do, since a worker handles no message between
 * microtasks, and timers are slowed down in hidden tabs.
 */
export function nextTask(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}
