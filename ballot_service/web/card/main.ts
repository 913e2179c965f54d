// The page behind a scrutineer's card.

import "./style.css";
