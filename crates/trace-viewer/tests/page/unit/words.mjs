// Gives the modules the words that a page gives them; the page's writer keeps the file up to date (page/words.rs).

import { readFileSync } from "node:fs";
import { learn } from "../../../assets/js/kinds.mjs";

learn(JSON.parse(readFileSync(new URL("../../data/words.json", import.meta.url), "utf8")));
