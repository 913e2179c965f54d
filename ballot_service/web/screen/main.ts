// The hall screen.

import "./style.css";
