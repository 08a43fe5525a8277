import { paragraphs } from "./sentences/index.ts";
import { walkOver } from "./sentences/walk.ts";

walkOver("phone", paragraphs);
