import { bench as appends } from "./appends.bench";
import { bench as editor } from "./editor.bench";
import { runBenches } from "./harness";
import { bench as kernels } from "./kernels.bench";
import { bench as opening } from "./opening.bench";
import { bench as panel } from "./panel.bench";
import { bench as search } from "./search.bench";
import { bench as sizes } from "./sizes.bench";
import { bench as storage } from "./storage.bench";

// What the editor's bench leaves running (a browser's pipes) must not keep the process.
void runBenches({ sizes, kernels, appends, storage, search, editor, opening, panel }, { command: "npm run bench", print: console.log }).then((code) => process.exit(code));
