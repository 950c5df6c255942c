import { open, start, type ChatTask, type HostTask } from "./storageHost";

// The process that storage.bench.ts starts in the place of an extension host.
const task = JSON.parse(process.argv[2] ?? "") as HostTask | ChatTask; // written by storage.bench.ts
(task.task === "start" ? start(task) : open(task))
  .then((result) => process.stdout.write(JSON.stringify(result)))
  .catch((error: unknown) => {
    console.error(error);
    process.exitCode = 1;
  });
