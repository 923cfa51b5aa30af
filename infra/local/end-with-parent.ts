/*
 * Preloaded into each service by the supervisor. When the supervisor dies, even by kill -9, the channel to it
 * closes, and the service ends with everything that it has started: it leads its process group. The services
 * know nothing of this.
 */
const MARK = 'CAIRN_ENDS_WITH_PARENT';

// Node hands --import on to what a service forks. Those do not have the mark, and end with their group.
if (process.env[MARK] !== undefined) {
  process.once('disconnect', () => process.kill(-process.pid, 'SIGKILL'));
  // Listening on the channel keeps a process alive; a service that has nothing left to do may end.
  process.channel?.unref();
  delete process.env[MARK];
}
