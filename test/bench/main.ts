import { runBenches } from "./harness";
import { bench as kernels } from "./kernels.bench";

void runBenches({ kernels }, { command: "npm run bench", print: console.log }).then((code) => {
  process.exitCode = code;
});
