import { render } from "preact";
import { startRouter } from "./app/router";
import { Shell } from "./app/shell";
import "./styles/tokens.css";
import "./styles/base.css";

startRouter();
render(<Shell />, document.body);
