// The console's only script. Pages are made by the server; htmx brings their changing parts up to date in place.

import "htmx.org";
import "./style.css";
import "./prepare.css";
