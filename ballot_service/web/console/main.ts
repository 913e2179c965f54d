// The console's only script. Pages are made by the server; htmx brings their changing parts up to date in place.

import "htmx.org";
import { readSlips } from "./desk.ts";
import { follow } from "./live.ts";
import "./style.css";
import "./prepare.css";
import "./running.css";
import "./documents.css";

follow();
readSlips();
